// The inspector's forms: each change is one named edit, and undoing all of them gives the bytes back.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { openByPath, waitFor, expect } from "../steps.mjs";

const FLOW = `{
  // how orders are handled
  "StartAt": "Check",
  "States": {
    "Check": {
      "Type": "Choice",
      "Choices": [
        {"Variable": "$.total", "NumericGreaterThan": 100, "Next": "Charge"},
        {"Variable": "$.vip", "BooleanEquals": true, "Next": "Charge"}
      ],
      "Default": "Done"
    },
    "Charge": {
      "Type": "Task",
      "Resource": "arn:aws:states:::dynamodb:putItem", // writes it
      "Parameters": {
        "TableName": "orders",
        "Item": {"id": {"S.$": "$.id"}}
      },
      "MyOwn": 1,
      "Retry": [
        {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 2},
        {"ErrorEquals": ["States.ALL"]}
      ],
      "Next": "Wait"
    },
    "Wait": {"Type": "Wait", "Seconds": 5, "Next": "Each"},
    "Each": {
      "Type": "Map",
      "ItemsPath": "$.items",
      "ItemProcessor": {
        "StartAt": "One",
        "States": {"One": {"Type": "Pass", "End": true}}
      },
      "Next": "Shape"
    },
    "Shape": {
      "Type": "Pass",
      "QueryLanguage": "JSONata",
      "Output": {"double": "{% $states.input.total * 2 %}"},
      "Assign": {"seen": "{% $states.input.id %}"},
      "Next": "Read"
    },
    "Read": {
      "Type": "Pass",
      "QueryLanguage": "JSONata",
      "Output": "{% $seen %}",
      "Next": "Done"
    },
    "Done": {"Type": "Succeed"}
  }
}
`;

const YAML = `StartAt: Hold
States:
  Hold: # a moment
    Type: Wait
    Seconds: 5
    Next: Call
  Call:
    Type: Task
    Resource: arn:aws:states:::sqs:sendMessage
    Parameters:
      QueueUrl: https://sqs.us-east-1.amazonaws.com/123456789012/q
      MessageBody.$: $.order
    End: true
`;

const inspector = (page) => page.locator(".inspector");
const field = (page, name) => inspector(page).locator(`[data-field="${name}"]`);
const node = (page, name) => page.locator(".react-flow__node .node-name", { hasText: new RegExp(`^${name}$`) }).first();

async function openFlow({ page, folder, open }, text = FLOW, name = "flow.asl.json") {
  const file = join(folder, name);
  await writeFile(file, text);
  await open();
  await openByPath(page, file);
  await page.waitForSelector(".canvas[data-ready] .react-flow__node");
  return file;
}

/** Chooses a state in the outline, wherever the canvas shows it. */
async function choose(page, name) {
  await page.locator(".react-flow__node .node-name").first().waitFor();
  await page.evaluate(() => document.activeElement?.blur());
  await node(page, name).click();
  await page.locator(".inspector h2", { hasText: new RegExp(`^${name}$`) }).waitFor({ state: "attached" });
}

/** Replaces the text of an expression field. */
async function write(page, box, text) {
  await waitFor("the field takes an expression", async () =>
    box.evaluate((element) => element.closest(".expression") !== null).catch(() => false),
  );
  await box.focus();
  await page.keyboard.press("Enter");
  await inspector(page).locator(".expression.editing .cm-content").waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
  await page.keyboard.press("Enter");
  await inspector(page).locator(".expression.editing").waitFor({ state: "detached" });
}

async function saved(page, file) {
  await page.keyboard.press("Control+s");
  await page.locator(".unsaved").waitFor({ state: "detached" });
  return readFile(file, "utf8");
}

/** The order of the rules as the form shows it. */
const ruleOrder = (page) =>
  inspector(page)
    .locator(".rule")
    .evaluateAll((rules) => rules.map((rule) => (rule.querySelector(".condition-group") ? "group" : "one")).join());

async function undoAll(page) {
  const undo = page.getByRole("button", { name: "Undo" });
  while (await undo.isEnabled()) await undo.click();
}

export const journeys = [
  {
    name: "rules are nested, joined, reordered and compared with paths; undo restores every byte",
    async run(stage) {
      const { page } = stage;
      const file = await openFlow(stage);
      await choose(page, "Check");
      const rule = inspector(page).locator(".rule").first();
      await rule.getByRole("button", { name: "Join with other conditions" }).click();
      await page.getByRole("menuitem", { name: "Or another condition" }).click();
      const group = rule.locator(".condition-group.joined-Or");
      await group.waitFor();
      await group.getByLabel("Operator").nth(1).selectOption("StringEquals");
      await waitFor(
        "there is an operand of text",
        async () => (await group.getByLabel("Value", { exact: true }).count()) === 2,
      );
      await group.getByLabel("Compare with").nth(1).getByRole("radio", { name: "$" }).click();
      await write(page, group.getByRole("textbox", { name: "Value" }).nth(1), "$.other");
      // By keyboard: the second rule becomes the first.
      await inspector(page).getByRole("button", { name: "Move rule 2" }).focus();
      await page.keyboard.press("ArrowUp");
      await waitFor(
        "the focus follows the rule",
        async () => (await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))) === "Move rule 1",
      );
      // By pointer: down again, and up.
      for (const [from, to] of [
        [0, 1],
        [1, 0],
      ]) {
        const grip = inspector(page).getByRole("button", { name: `Move rule ${String(from + 1)}` });
        const [a, b] = [await grip.boundingBox(), await inspector(page).locator(".rule").nth(to).boundingBox()];
        const before = await ruleOrder(page);
        await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
        await page.mouse.down();
        await page.mouse.move(b.x + 40, from < to ? b.y + b.height - 2 : b.y + 2, { steps: 6 });
        await page.mouse.up();
        await waitFor("the rule has moved", async () => (await ruleOrder(page)) !== before);
      }
      const text = await saved(page, file);
      expect(text.includes("// how orders are handled"), "comments stay");
      expect(/"StringEqualsPath": "\$\.other"/.test(text), `the path operator is written:\n${text}`);
      expect(text.indexOf('"$.vip"') < text.indexOf('"Or"'), "the rules have changed places");
      await undoAll(page);
      expect((await saved(page, file)) === FLOW, "undoing all restores the bytes");
    },
  },
  {
    name: "a payload is a tree: fields of the call, expressions, names, order; custom fields are shown",
    async run(stage) {
      const { page } = stage;
      const file = await openFlow(stage);
      await choose(page, "Charge");
      const parameters = field(page, "Parameters");
      await parameters.getByRole("button", { name: "Add a field" }).last().click();
      await page.getByRole("menuitem", { name: /^ConditionExpression/ }).click();
      await write(
        page,
        parameters.getByRole("textbox", { name: "ConditionExpression", exact: true }),
        "attribute_not_exists(id)",
      );
      await parameters.getByRole("button", { name: /^Kind of TableName/ }).click();
      await page.getByRole("menuitemcheckbox", { name: "Expression" }).click();
      await parameters.getByRole("button", { name: "Kind of TableName: Expression" }).waitFor();
      await write(page, parameters.getByRole("textbox", { name: "TableName", exact: true }), "$.table");
      await parameters.getByLabel("Name of ConditionExpression").fill("ReturnValues");
      await page.keyboard.press("Enter");
      await parameters.getByLabel("Name of ReturnValues").waitFor();
      await field(page, "MyOwn").waitFor();
      await field(page, "MyOwn").locator(".problem-error").waitFor();
      const text = await saved(page, file);
      expect(text.includes('"TableName.$": "$.table"'), `the name says that it is an expression:\n${text}`);
      expect(text.includes('"ReturnValues": "attribute_not_exists(id)"'), "the field was renamed in place");
      expect(text.includes("// writes it") && text.includes('"MyOwn": 1'), "the rest stays");
      await undoAll(page);
      expect((await saved(page, file)) === FLOW, "undoing all restores the bytes");
    },
  },
  {
    name: "one of several fields is one step; retries are drawn; a Map becomes distributed",
    async run(stage) {
      const { page } = stage;
      const file = await openFlow(stage);
      await choose(page, "Wait");
      await inspector(page).getByLabel("Until from").getByRole("radio", { name: "Timestamp", exact: true }).click();
      await field(page, "Timestamp").waitFor();
      expect((await field(page, "Seconds").count()) === 0, "the other is gone");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Undo" }).click();
      await field(page, "Seconds").waitFor();
      await choose(page, "Charge");
      const retry = field(page, "Retry");
      const second = retry.locator(".element").nth(1);
      await second.getByLabel("MaxAttempts").fill("5");
      await page.keyboard.press("Enter");
      await waitFor("five retries are drawn", async () => (await second.locator(".backoff .retry").count()) === 5);
      await second.getByRole("radio", { name: "full" }).click();
      await second.locator(".backoff .jitter").first().waitFor();
      await retry.locator(".element").first().getByRole("button", { name: "Add an error" }).click();
      await page
        .getByRole("menuitem", { name: /^DynamoDB\./ })
        .first()
        .click();
      await waitFor(
        "it is listed",
        async () => (await retry.locator(".element").first().locator(".error-names code").count()) === 2,
      );
      await choose(page, "Each");
      await inspector(page)
        .getByRole("radio", { name: /^Distributed/ })
        .click();
      await inspector(page).getByLabel("ExecutionType").waitFor();
      const states = JSON.parse((await saved(page, file)).replace(/\/\/.*$/gm, "")).States;
      expect(states.Wait.Seconds === 5 && states.Wait.Timestamp === undefined, "the switch was one step");
      expect(
        states.Charge.Retry[1].MaxAttempts === 5 && states.Charge.Retry[1].JitterStrategy === "FULL",
        "the Retrier",
      );
      expect(
        states.Each.ItemProcessor.ProcessorConfig.ExecutionType === "STANDARD",
        "both fields of a distributed Map",
      );
      await undoAll(page);
      expect((await saved(page, file)) === FLOW, "undoing all restores the bytes");
    },
  },
  {
    name: "a state is tried with a sample, stage by stage; its conditions say whether they hold; errors stand at the field",
    async run(stage) {
      const { page } = stage;
      await openFlow(stage);
      await choose(page, "Check");
      await page.getByRole("tab", { name: "Preview" }).click();
      await inspector(page).getByRole("button", { name: "Edit input" }).click();
      await inspector(page).getByRole("textbox", { name: "Input" }).click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText('{"total": 120, "vip": false, "id": "A", "items": []}');
      await inspector(page).locator(".try-end", { hasText: "Rule 1 holds: goes on to Charge" }).waitFor();
      await page.getByRole("tab", { name: "Configure" }).click();
      await inspector(page).locator(".rule.taken .truth.yes").first().waitFor();
      await inspector(page).locator(".rule .truth.no").first().waitFor();
      await choose(page, "Shape");
      await page.getByRole("tab", { name: "Preview" }).click();
      await inspector(page).getByRole("button", { name: "Edit input" }).click();
      await inspector(page).getByRole("textbox", { name: "Input" }).click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText('{"total": 21, "id": "A"}');
      await inspector(page).locator('[data-stage="Output"]', { hasText: '"double": 42' }).waitFor();
      await inspector(page).locator('[data-stage="Assign"]', { hasText: "$seen" }).waitFor();
      await page.getByRole("tab", { name: "Configure" }).click();
      await inspector(page).locator(".evaluated", { hasText: "42" }).waitFor();
      await write(
        page,
        field(page, "Output").getByRole("textbox", { name: "double", exact: true }),
        "{% $states.input.id * 2 %}",
      );
      await field(page, "Output").locator(".problem-preview").waitFor();
      await page.reload();
      await page.waitForSelector(".canvas[data-ready] .react-flow__node");
      await choose(page, "Shape");
      await page.getByRole("tab", { name: "Preview" }).click();
      await inspector(page).locator('[data-stage="Input"]', { hasText: '"total": 21' }).waitFor();
    },
  },
  {
    name: "variables lead to where they are set and read; the definition is changed as one edit",
    async run(stage) {
      const { page } = stage;
      const file = await openFlow(stage);
      await choose(page, "Read");
      await inspector(page).locator(".variables .tag.get").waitFor();
      await inspector(page).locator(".variable-places").getByRole("button", { name: "Shape" }).click();
      await page.locator(".inspector h2", { hasText: "Shape" }).waitFor({ state: "attached" });
      await inspector(page).locator(".variables .tag.set").waitFor();
      await page.getByRole("tab", { name: "Definition" }).click();
      await inspector(page).getByRole("textbox", { name: "Definition of the state" }).click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText(
        '{"Type": "Pass", "QueryLanguage": "JSONata", "Comment": "new", "Output": {"double": "{% 1 %}"}, "Assign": {"seen": "{% $states.input.id %}"}, "Next": "Read"}',
      );
      await page.keyboard.press("Control+Enter");
      await waitFor(
        "it is applied",
        async () => await inspector(page).getByRole("button", { name: "Apply" }).isDisabled(),
      );
      const text = await saved(page, file);
      expect(text.includes('"Comment": "new"') && text.includes('"{% 1 %}"'), "the definition is the new one");
      const kept = FLOW.split("\n").filter((line) => !text.split("\n").includes(line));
      expect(kept.length <= 1, `only what differs was touched:\n${kept.join("\n")}`);
      await page.getByRole("button", { name: "Undo" }).click();
      expect((await saved(page, file)) === FLOW, "it was one step");
    },
  },
  {
    name: "the workflow's own settings: comment, timeout and language in the definition, deployment beside it, Express for runs",
    async run(stage) {
      const { page, folder } = stage;
      const file = await openFlow(stage);
      await page.locator(".workflow-page").waitFor();
      await inspector(page).getByLabel("TimeoutSeconds").fill("900");
      await page.keyboard.press("Enter");
      await inspector(page).getByLabel("Comment").fill("Orders");
      await page.keyboard.press("Control+Enter");
      await inspector(page).getByRole("radio", { name: "Express" }).check({ force: true });
      const beside = join(folder, "flow.stepwright.json");
      await waitFor("the sidecar says so", async () =>
        (await readFile(beside, "utf8").catch(() => "")).includes('"EXPRESS"'),
      );
      const text = await saved(page, file);
      expect(
        text.includes('"TimeoutSeconds": 900') && text.includes('"Comment": "Orders"'),
        `the fields are there:\n${text}`,
      );
      await page.keyboard.press("F5");
      await waitFor("runs begin as Express", async () => page.getByLabel("Express workflow").isChecked());
      await page.keyboard.press("Escape");
      await undoAll(page);
      expect((await saved(page, file)) === FLOW, "undoing all restores the bytes");
    },
  },
  {
    name: "YAML has the same forms, and comments stay",
    async run(stage) {
      const { page } = stage;
      const file = await openFlow(stage, YAML, "flow.asl.yaml");
      await choose(page, "Hold");
      await inspector(page).getByLabel("Seconds", { exact: true }).fill("9");
      await page.keyboard.press("Control+s");
      await waitFor("saving takes in what is being typed", async () =>
        (await readFile(file, "utf8")).includes("Seconds: 9"),
      );
      await choose(page, "Call");
      await write(
        page,
        field(page, "Parameters").getByRole("textbox", { name: "MessageBody", exact: true }),
        "$.order.id",
      );
      await waitFor("it is written", async () => (await saved(page, file)).includes("MessageBody.$: $.order.id"));
      const text = await saved(page, file);
      expect(text.includes("Hold: # a moment") && text.includes("Seconds: 9"), text);
      await undoAll(page);
      expect((await saved(page, file)) === YAML, "undoing all restores the bytes");
    },
  },
  {
    name: "the palette says what a piece is; the folder's workflows are pieces; Enter adds after the selection",
    async run(stage) {
      const { page, folder } = stage;
      await writeFile(join(folder, "billing.asl.json"), '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}');
      const file = await openFlow(stage);
      await choose(page, "Wait");
      await page.locator("#find-piece").fill("billing");
      const piece = page.locator(".piece", { hasText: "workflow" }).first();
      await piece.waitFor();
      await piece.focus();
      await page.locator(".piece-card", { hasText: "stateMachine:billing" }).waitFor();
      await page.keyboard.press("Enter");
      await node(page, "Run billing").waitFor();
      await page.locator("#find-piece").fill("put item");
      await page.locator(".piece", { hasText: "Put item" }).first().hover();
      const card = page.locator(".piece-card", { hasText: "TableName" });
      await card.waitFor();
      await card.locator(".errors code", { hasText: "ConditionalCheckFailed" }).first().waitFor();
      const states = JSON.parse((await saved(page, file)).replace(/\/\/.*$/gm, "").replace(/https?:.*$/gm, "")).States;
      expect(
        states.Wait.Next === "Run billing" && states["Run billing"].Next === "Each",
        "it stands after the selection",
      );
    },
  },
  {
    name: "code and canvas side by side follow each other's selection and scrolling",
    async run(stage) {
      const { page } = stage;
      const names = Array.from({ length: 60 }, (_, index) => `S${String(index)}`);
      const States = Object.fromEntries(
        names.map((name, index) => [
          name,
          {
            Type: "Pass",
            Comment: `number ${String(index)}`,
            ...(names[index + 1] ? { Next: names[index + 1] } : { End: true }),
          },
        ]),
      );
      await openFlow(stage, JSON.stringify({ StartAt: "S0", States }, null, 2), "long.asl.json");
      await page.keyboard.press("Alt+2");
      const lines = page.locator(".document-editor .cm-content");
      await lines.waitFor();
      await choose(page, "S1");
      await waitFor("the code shows the state", async () => (await lines.textContent()).includes('"number 1"'));
      const inView = (name) =>
        page.evaluate((wanted) => {
          const frame = document.querySelector(".canvas").getBoundingClientRect();
          const box = document.querySelector(`[data-id="/States/${wanted}"]`)?.getBoundingClientRect();
          return box !== undefined && box.top >= frame.top - 4 && box.bottom <= frame.bottom + 4;
        }, name);
      expect(!(await inView("S50")), "far states are out of view at first");
      // The wheel over the code: the canvas comes along, the selection stays.
      const box = await page.locator(".document-editor").boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.wheel(0, 100_000);
      await waitFor("the canvas follows the code", async () => (await inView("S57")) || (await inView("S52")));
      await page.locator(".inspector h2", { hasText: /^S1$/ }).waitFor({ state: "attached" });
      // Dragging the canvas: the code comes along.
      const canvas = await page.locator(".canvas").boundingBox();
      const middle = { x: canvas.x + 40, y: canvas.y + canvas.height / 2 };
      for (let drag = 0; drag < 6; drag++) {
        await page.mouse.move(middle.x, middle.y - 200);
        await page.mouse.down();
        await page.mouse.move(middle.x, middle.y + 250, { steps: 4 });
        await page.mouse.up();
      }
      await waitFor("the code follows the canvas", async () => !(await lines.textContent()).includes('"number 59"'));
      await waitFor("it is where the canvas is", async () =>
        /"number ([0-9]|[1-4][0-9])"/.test(await lines.textContent()),
      );
    },
  },
];
