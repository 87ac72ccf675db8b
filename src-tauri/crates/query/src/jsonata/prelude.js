// Runs before JSONata is loaded: what it finds in its world.
globalThis.self = globalThis;
globalThis.limits = {
    depth: 0,
    steps: 0,
    maxDepth: Infinity,
    maxSteps: Infinity,
    exceeded() {
        const deep = this.depth > this.maxDepth;
        throw {
            code: 'U1001',
            message: deep
                ? 'Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.'
                : 'Expression evaluation timeout: Check for infinite loop',
        };
    },
};
globalThis.maxText = 4000000;

// Time and chance come from the caller.
globalThis.moment = 0;
globalThis.Date = class extends Date {
    constructor(...args) {
        if (args.length === 0) {
            super(moment);
        } else {
            super(...args);
        }
    }
    static now() {
        return moment;
    }
};
const chance = { a: 1, b: 2, c: 3, d: 4 };
function seed(a, b, c, d) {
    chance.a = a;
    chance.b = b;
    chance.c = c;
    chance.d = d;
    for (let i = 0; i < 12; i++) {
        word(chance);
    }
}
// sfc32, a small generator of good quality.
function word(state) {
    const sum = (state.a + state.b + state.d) | 0;
    state.d = (state.d + 1) | 0;
    state.a = state.b ^ (state.b >>> 9);
    state.b = (state.c + (state.c << 3)) | 0;
    state.c = (state.c << 21) | (state.c >>> 11);
    state.c = (state.c + sum) | 0;
    return sum >>> 0;
}
function unit(state) {
    return (word(state) * 2097152 + (word(state) >>> 11)) / 9007199254740992;
}
Math.random = () => unit(chance);

// Base64 as a browser offers it.
globalThis.window = globalThis;
globalThis.btoa = hostBtoa;
globalThis.atob = hostAtob;
