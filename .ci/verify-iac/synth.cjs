// Synthesises every CDK app given as JSON on standard input: [{ app, out, context }].
const path = require('node:path');

const jobs = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const results = [];
for (const job of jobs) {
  process.removeAllListeners('beforeExit');
  process.env.CDK_OUTDIR = job.out;
  process.env.CDK_CONTEXT_JSON = JSON.stringify(job.context);
  try {
    const cdk = require('aws-cdk-lib');
    let app;
    const Original = cdk.App;
    const seen = new Proxy(Original, {
      construct(target, args) {
        app = new target(...args);
        return app;
      },
    });
    Object.defineProperty(cdk, 'App', { value: seen, configurable: true });
    try {
      require(path.resolve(job.app));
      app.synth();
    } finally {
      Object.defineProperty(cdk, 'App', { value: Original, configurable: true });
    }
    results.push({ out: job.out });
  } catch (error) {
    results.push({ out: job.out, error: String(error && error.message) });
  }
}
process.removeAllListeners('beforeExit');
process.stdout.write(`\n@@${JSON.stringify(results)}\n`);
