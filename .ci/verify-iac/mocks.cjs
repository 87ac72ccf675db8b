// Runs every Pulumi program given as JSON on standard input against mocks: [{ program, config }].
const path = require('node:path');

const jobs = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const pulumi = require('@pulumi/pulumi');

const main = async () => {
  const results = [];
  for (const job of jobs) {
    const resources = [];
    await pulumi.runtime.setMocks(
      {
        newResource: (args) => {
          resources.push({ type: args.type, name: args.name, inputs: args.inputs });
          const arn = `arn:aws:mock:eu-central-1:123456789012:${args.type}/${args.name}`;
          return { id: `${args.name}-id`, state: { ...args.inputs, arn, name: args.inputs.name ?? args.name, stateMachineVersionArn: `${arn}:1` } };
        },
        call: (args) => {
          if (args.token === 'aws:iam/getPolicyDocument:getPolicyDocument') return { ...args.inputs, json: JSON.stringify(args.inputs) };
          return { partition: 'aws', region: 'eu-central-1', name: 'eu-central-1', accountId: '123456789012' };
        },
      },
      'project',
      'stack',
      false,
    );
    pulumi.runtime.setAllConfig(Object.fromEntries(Object.entries(job.config).map(([key, value]) => [`project:${key}`, value])));
    try {
      require(path.resolve(job.program));
      await new Promise((resolve) => setTimeout(resolve, 150));
      await pulumi.runtime.waitForRPCs?.();
      const machine = resources.find((resource) => resource.type === 'aws:sfn/stateMachine:StateMachine');
      results.push({ program: job.program, count: resources.length, definition: machine && machine.inputs.definition });
    } catch (error) {
      results.push({ program: job.program, error: String(error && error.message) });
    }
  }
  process.stdout.write(`\n@@${JSON.stringify(results)}\n`, () => process.exit(0));
};
main();
