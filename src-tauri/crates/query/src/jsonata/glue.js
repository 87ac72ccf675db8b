// Runs after JSONata is loaded: the functions of the service, and what the host calls.
(function () {
    'use strict';
    const jsonata = self.jsonata;
    const service = jsonata.frame();
    const bind = (name, signature, body) => service.bind(name, jsonata.define(body, signature));
    service.bind('eval', undefined);
    bind('random', '<n?:n>', function (seeded) {
        if (seeded === undefined) {
            return unit(chance);
        }
        const state = { a: 0, b: seeded | 0, c: (seeded / 4294967296) | 0, d: 1 };
        for (let i = 0; i < 12; i++) {
            word(state);
        }
        return unit(state);
    });
    bind('uuid', '<:s>', function () {
        const hex = () => word(chance).toString(16).padStart(8, '0');
        const digits = hex() + hex() + hex() + hex();
        const variant = '89ab'[word(chance) & 3];
        return [
            digits.slice(0, 8), digits.slice(8, 12), '4' + digits.slice(13, 16),
            variant + digits.slice(17, 20), digits.slice(20),
        ].join('-');
    });
    bind('parse', '<s-:x>', function (text) {
        return text === undefined ? undefined : JSON.parse(text);
    });
    bind('hash', '<s-s?:s>', function (data, algorithm) {
        if (data === undefined) {
            return undefined;
        }
        const name = algorithm === undefined ? 'SHA-256' : algorithm;
        const digest = hostHash(data, name);
        if (digest === '') {
            throw { code: 'D3141', message: 'The algorithm ' + JSON.stringify(name) + ' is not one of MD5, SHA-1, SHA-256, SHA-384 and SHA-512' };
        }
        return digest;
    });
    bind('partition', '<a-n:a>', function (array, size) {
        if (array === undefined) {
            return undefined;
        }
        size = Math.floor(size);
        if (!(size > 0)) {
            throw { code: 'D3141', message: 'The second argument of the partition function must be a positive integer' };
        }
        const chunks = [];
        for (let at = 0; at < array.length; at += size) {
            chunks.push(Array.prototype.slice.call(array, at, at + size));
        }
        return chunks;
    });
    bind('range', '<nnn:a>', function (first, last, step) {
        if (first === undefined || last === undefined || step === undefined) {
            return undefined;
        }
        if (step === 0) {
            throw { code: 'D3141', message: 'The third argument of the range function must not be zero' };
        }
        const size = Math.floor((last - first) / step) + 1;
        if (size > 1e6) {
            throw { code: 'D2014', value: size };
        }
        // A sequence: a range of one number is that number.
        const range = jsonata.createSequence();
        for (let i = 0; i < size; i++) {
            range.push(first + i * step);
        }
        return range;
    });

    // Compiled expressions, the least recently used first.
    const compiled = new Map();
    function compile(text, official) {
        const key = (official ? 'o' : 's') + text;
        let found = compiled.get(key);
        if (found === undefined) {
            found = jsonata(text, official ? undefined : { frame: service });
            if (compiled.size >= 500) {
                compiled.delete(compiled.keys().next().value);
            }
        } else {
            compiled.delete(key);
        }
        compiled.set(key, found);
        return found;
    }

    function failure(error) {
        if (error === null || typeof error !== 'object') {
            return JSON.stringify({ message: String(error) });
        }
        const { code, position, token } = error;
        return JSON.stringify({ code, message: String(error.message), position, token: token === undefined ? undefined : String(token) });
    }

    // Whether a result is data all through. Functions are not, and neither are infinities.
    function isData(value) {
        switch (typeof value) {
            case 'string':
            case 'boolean':
                return true;
            case 'number':
                return Number.isFinite(value);
            case 'object':
                break;
            default:
                return false;
        }
        if (value === null) {
            return true;
        }
        if (Array.isArray(value)) {
            for (let i = 0; i < value.length; i++) {
                const item = value[i];
                if (typeof item !== 'string' && !isData(item)) {
                    return false;
                }
            }
            return true;
        }
        if (value._jsonata_lambda === true || value._jsonata_function === true || value instanceof RegExp) {
            return false;
        }
        for (const key in value) {
            const member = value[key];
            if (member !== undefined && typeof member !== 'string' && !isData(member)) {
                return false;
            }
        }
        return true;
    }

    function settle(text, official, input, bindings) {
        limits.depth = 0;
        limits.steps = 0;
        try {
            const result = compile(text, official).evaluate(input, bindings);
            if (result === undefined) {
                return 'U';
            }
            if (!isData(result)) {
                return 'F';
            }
            return 'V' + JSON.stringify(result);
        } catch (error) {
            return 'E' + failure(error);
        }
    }

    self.run = function (texts, bindings, input, now, official, maxSteps, maxDepth, a, b, c, d) {
        limits.maxSteps = maxSteps;
        limits.maxDepth = maxDepth;
        moment = now;
        seed(a, b, c, d);
        let names;
        let data;
        try {
            names = JSON.parse(bindings);
            data = input === undefined ? undefined : JSON.parse(input);
        } catch (error) {
            const failed = 'E' + failure(error);
            return texts.map(() => failed);
        }
        return texts.map((text) => settle(text, official, data, names));
    };

    const plain = (key, value) => (value instanceof RegExp ? { regex: value.source, flags: value.flags } : value);
    self.check = function (text) {
        try {
            return 'V' + JSON.stringify(compile(text, false).ast(), plain);
        } catch (error) {
            return 'E' + failure(error);
        }
    };
    self.recover = function (text) {
        try {
            const tolerant = jsonata(text, { recover: true });
            const errors = (tolerant.errors() || []).map((error) => {
                jsonata.populateMessage(error);
                return JSON.parse(failure(error));
            });
            return 'V' + JSON.stringify({ ast: tolerant.ast(), errors }, plain);
        } catch (error) {
            return 'E' + failure(error);
        }
    };
})();
