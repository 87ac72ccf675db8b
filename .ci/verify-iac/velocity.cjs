// Evaluates the mapping template of an API's answer as API Gateway does, for one answer of Step Functions.
const { createRequire } = require("node:module");
const { Compile, parse } = createRequire(`${process.cwd()}/`)("velocityjs");

const { template, answer } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

// What `escapeJavaScript` escapes: also single quotes, which JSON does not know.
const escapeJavaScript = (text) =>
  JSON.stringify(String(text ?? ""))
    .slice(1, -1)
    .replaceAll("'", "\\'");
// What Java's strings have: `equals`, and a `replaceAll` that takes a pattern.
Object.defineProperty(String.prototype, "equals", {
  value(other) {
    return String(this) === String(other);
  },
});
const text = (value) => ({
  toString: () => String(value),
  replaceAll: (pattern, by) => String(value).replace(new RegExp(pattern, "g"), by),
});
const context = { responseOverride: {} };
const body = new Compile(parse(template), { escape: false }).render({
  context,
  input: { path: (path) => text(answer[path.slice(2)] ?? "") },
  util: { escapeJavaScript: (value) => text(escapeJavaScript(value)) },
});
console.log(JSON.stringify({ status: context.responseOverride.status ?? null, body }));
