// Runs one invocation of a Node.js handler: the event on standard input, the answer on standard output.
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const say = fs.writeSync;
const answer = (value) => {
  say(1, JSON.stringify(value));
  process.exit(0);
};
const failed = (errorType, error) =>
  answer({
    error: {
      errorType,
      errorMessage: String(error?.message ?? error),
      trace: typeof error?.stack === "string" ? error.stack.split("\n") : [],
    },
  });

// What a handler prints is no answer.
process.stdout.write = (text, ...rest) => process.stderr.write(text, ...rest);
process.on("uncaughtException", (error) => failed(error?.name ?? "Error", error));
process.on("unhandledRejection", (error) => failed("Runtime.UnhandledPromiseRejection", error));

async function load(file) {
  try {
    return require(file);
  } catch (error) {
    if (error.code !== "ERR_REQUIRE_ESM" && !(error instanceof SyntaxError)) throw error;
    return import(pathToFileURL(file).href);
  }
}

(async () => {
  const [root, handler, remaining] = process.argv.slice(1);
  const at = path.basename(handler).indexOf(".");
  const module = path.join(path.dirname(handler), path.basename(handler).slice(0, at));
  const name = path.basename(handler).slice(at + 1);
  const file = ["", ".js", ".mjs", ".cjs"].map((end) => path.resolve(root, module + end)).find((one) => fs.existsSync(one) && fs.statSync(one).isFile());
  if (!file) return failed("Runtime.ImportModuleError", new Error(`Cannot find module '${module}'`));
  let loaded;
  try {
    loaded = await load(file);
  } catch (error) {
    return failed(error?.code === "MODULE_NOT_FOUND" ? "Runtime.ImportModuleError" : (error?.name ?? "Error"), error);
  }
  const run = name.split(".").reduce((value, key) => value?.[key], loaded) ?? loaded.default?.[name];
  if (typeof run !== "function") return failed("Runtime.HandlerNotFound", new Error(`${handler} is undefined or not exported`));
  const until = Date.now() + Number(remaining);
  const context = {
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: "$LATEST",
    invokedFunctionArn: process.env.STEPWRIGHT_FUNCTION_ARN,
    awsRequestId: process.env.STEPWRIGHT_REQUEST_ID,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => Math.max(0, until - Date.now()),
    callbackWaitsForEmptyEventLoop: true,
  };
  try {
    const event = JSON.parse(fs.readFileSync(0, "utf8"));
    const value = await new Promise((done, refused) => {
      context.succeed = done;
      context.fail = refused;
      const given = run(event, context, (error, result) => (error ? refused(error) : done(result)));
      if (typeof given?.then === "function") given.then(done, refused);
      else if (run.length < 3) done(given);
    });
    answer({ result: value ?? null });
  } catch (error) {
    failed(error?.name ?? "Error", error);
  }
})();
