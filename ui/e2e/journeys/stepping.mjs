// Debug sessions: breakpoints of all kinds, stepping and going back, changes at a pause, and what outlives the application.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { editor, expect, openByPath, waitFor } from "../steps.mjs";

const ORDERS = {
  StartAt: "Begin",
  States: {
    Begin: { Type: "Pass", Assign: { limit: 100 }, Next: "Each" },
    Each: {
      Type: "Map",
      ItemsPath: "$.orders",
      ResultPath: "$.each",
      Next: "Charge",
      ItemProcessor: {
        StartAt: "Price",
        States: { Price: { Type: "Pass", Next: "Pack" }, Pack: { Type: "Pass", End: true } },
      },
    },
    Charge: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "charge" },
      ResultPath: "$.charge",
      Catch: [{ ErrorEquals: ["Declined"], ResultPath: "$.error", Next: "Refund" }],
      Next: "Enough?",
    },
    "Enough?": {
      Type: "Choice",
      Choices: [{ Variable: "$.orders[0].total", NumericGreaterThan: 100, Next: "Good" }],
      Default: "Bad",
    },
    Refund: { Type: "Pass", End: true },
    Good: { Type: "Succeed" },
    Bad: { Type: "Fail", Error: "Short" },
  },
};
const INPUT = '{"orders": [{"total": 20}, {"total": 240}, {"total": 7}]}';

const node = (page, name) =>
  page.locator(".react-flow__node", {
    has: page.locator(".node-name", { hasText: new RegExp(`^${name.replace("?", "\\?")}$`) }),
  });
const chip = (page, text) => page.locator(".pause-chip", { hasText: text }).waitFor();
const ended = (page, status) => page.locator(`.banner[data-status="${status}"]`).waitFor();
const list = (page) => page.getByRole("list", { name: "Breakpoints" });

async function begin({ page, folder, open }, definition = ORDERS, name = "orders") {
  await page.addInitScript(() => {
    if (localStorage.getItem("stepwright-run") === null)
      localStorage.setItem(
        "stepwright-run",
        JSON.stringify({ state: { clock: { type: "virtual" }, pace: 7, express: false }, version: 1 }),
      );
    if (localStorage.getItem("stepwright-panels") === null)
      localStorage.setItem(
        "stepwright-panels",
        JSON.stringify({ state: { bottom: 330, bottomOpen: true, page: "debug" }, version: 1 }),
      );
  });
  const path = join(folder, `${name}.asl.json`);
  await writeFile(path, JSON.stringify(definition, null, 2));
  await open();
  await openByPath(page, path);
  await page.waitForSelector(".canvas[data-ready] .react-flow__node");
  // All of it in view, so that every state can be clicked.
  await page.getByRole("button", { name: "Fit the whole workflow" }).click();
  return path;
}

async function debug(page, input = INPUT) {
  await page.keyboard.press("F5");
  await page.locator(".run-dialog").waitFor();
  await page.getByRole("textbox", { name: "Input", exact: true }).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(input);
  await page.getByRole("button", { name: "Debug", exact: true }).click();
  await chip(page, "before");
}

/** Writes JSON into the open dialog of a change, and applies it. */
async function apply(page, text) {
  await page.locator(".change-dialog .cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
  await page.getByRole("button", { name: "Apply" }).click();
  await page.locator(".change-dialog").waitFor({ state: "detached" });
}

/** One step, and the pause behind it. */
async function step(page, key) {
  const before = await page.locator(".scrubber .mono").textContent();
  await page.keyboard.press(key);
  await waitFor("the step ends", async () => (await page.locator(".scrubber .mono").textContent()) !== before);
}

const input = (page) => page.locator(".debug-panel .data .stage").first().innerText();

/** Every state adds to the data, so that no two moments look alike. */
function chain(length) {
  const name = (at) => `S${String(at)}`;
  const States = {};
  for (let at = 1; at <= length; at++)
    States[name(at)] = {
      Type: "Pass",
      QueryLanguage: "JSONata",
      Output: `{% $merge([$states.input, {"s${String(at)}": $states.input.n * ${String(at)}}]) %}`,
      Assign: { [`v${String(at)}`]: at },
      ...(at === length ? { End: true } : { Next: name(at + 1) }),
    };
  return { StartAt: "S1", States };
}

export const journeys = [
  {
    name: "a paused run outlives kill -9 with its place, its change and its breakpoints, and is offered again",
    allow: [/WebSocket|ERR_CONNECTION_REFUSED|Failed to fetch|403/],
    async run(stage) {
      const { page, open, killAndRestart } = stage;
      await begin(stage);
      await node(page, "Pack").click();
      await page.keyboard.press("F9");
      await page.keyboard.press("Shift+F9");
      await page.getByLabel("Only if").fill("$.total > $limit");
      await page.keyboard.press("Enter");
      await node(page, "Pack").locator(".breakpoint-dot.conditional").waitFor();
      await debug(page);
      await page.keyboard.press("F5");
      await chip(page, "item 1");
      await page.getByRole("button", { name: "Change input…" }).click();
      await apply(page, '{"total": 500}');
      await page.locator(".debug-panel .data .json-line", { hasText: "500" }).first().waitFor();
      await killAndRestart();
      await open();
      await page.getByText("1 paused session").waitFor();
      await page.locator(".paused-sessions").getByRole("button", { name: "Resume" }).click();
      await chip(page, "before Pack runs");
      await chip(page, "item 1");
      await node(page, "Pack").locator(".breakpoint-dot.conditional").waitFor();
      await page.locator(".debug-panel .data .json-line", { hasText: "500" }).first().waitFor();
      await page.keyboard.press("F5");
      await page.getByText("Waits for your answer to").waitFor();
      await node(page, "Each").locator('.node-number [aria-label="succeeded"]').waitFor();
    },
  },
  {
    name: "ten states back everything is as in a fresh run that stops there",
    async run(stage) {
      const { page } = stage;
      await begin(stage, chain(14), "chain");
      await debug(page, '{"n": 3}');
      await page.getByRole("button", { name: "Fit the whole workflow" }).click();
      await node(page, "S13").click();
      await page.keyboard.press("Control+F10");
      await chip(page, "before S13 runs");
      for (let back = 12; back >= 3; back--) {
        await page.keyboard.press("Shift+F10");
        await chip(page, `before S${String(back)} runs`);
      }
      await page.locator(".pause-chip.past").waitFor();
      const look = async () => ({
        input: await input(page),
        variables: await page.locator(".debug-panel .stage.variable").allInnerTexts(),
        tree: await page.locator(".debug-panel .threads").innerText(),
      });
      const then = await look();
      expect(then.input.includes('"s2": 6') && !then.input.includes('"s3"'), then.input);
      await page.getByRole("button", { name: "Back to now" }).click();
      await chip(page, "before S13 runs");
      await page.keyboard.press("Shift+F5");
      await ended(page, "aborted");
      await debug(page, '{"n": 3}');
      await node(page, "S3").click();
      await page.keyboard.press("Control+F10");
      await chip(page, "before S3 runs");
      // The tree follows the pause in a moment of its own.
      await waitFor(
        `what was seen then: ${JSON.stringify(then)}`,
        async () => JSON.stringify(await look()) === JSON.stringify(then),
      );
    },
  },
  {
    name: "an error made by hand is caught, and the change is to be seen afterwards",
    async run(stage) {
      const { page } = stage;
      await begin(stage);
      await node(page, "Charge").click();
      await page.keyboard.press("F9");
      await debug(page);
      await page.keyboard.press("F5");
      await chip(page, "before Charge runs");
      await page.getByRole("button", { name: "Answer…" }).click();
      await page.locator(".change-dialog").getByText("Error", { exact: true }).click();
      await page.getByLabel("Error", { exact: true }).last().fill("Declined");
      await page.getByLabel("Cause").fill("no money");
      await page.getByRole("button", { name: "Apply" }).click();
      await page.locator(".change-dialog").waitFor({ state: "detached" });
      await page.keyboard.press("F10");
      await chip(page, "after Charge");
      await page.keyboard.press("F10");
      await chip(page, "before Refund runs");
      await page.locator(".debug-panel .data .json-line", { hasText: "no money" }).first().waitFor();
      await node(page, "Charge").locator('.node-number [aria-label="error caught"]').waitFor();
      await node(page, "Charge").locator(".changed-by-hand").waitFor();
      await page.keyboard.press("F5");
      await ended(page, "succeeded");
    },
  },
  {
    name: "a Choice is told which way to go, a stage gets another value, a state is skipped",
    async run(stage) {
      const { page } = stage;
      await begin(stage);
      await node(page, "Charge").click();
      await page.keyboard.press("F9");
      await node(page, "Enough?").click();
      await page.keyboard.press("F9");
      await debug(page);
      await page.keyboard.press("F5");
      await chip(page, "before Charge runs");
      await page.getByRole("button", { name: "Skip with output…" }).click();
      await apply(page, '{"orders": [{"total": 1}]}');
      await page.keyboard.press("F5");
      await chip(page, "before Enough? runs");
      await page.getByRole("button", { name: "Change a stage" }).click();
      await page.getByRole("menuitem", { name: "Output", exact: true }).click();
      await apply(page, '{"by": "hand"}');
      await page.getByRole("button", { name: /Go rule 1/ }).click();
      await page.keyboard.press("F10");
      await chip(page, "after Enough?");
      await page.keyboard.press("F10");
      await chip(page, "before Good runs");
      await page.locator(".debug-panel .data .json-line", { hasText: "hand" }).first().waitFor();
      await page.keyboard.press("F5");
      await ended(page, "succeeded");
    },
  },
  {
    name: "breakpoints beside the code, on a transition and by a rename; messages are logged; one item is held while others go on",
    async run(stage) {
      const { page } = stage;
      const path = await begin(stage);
      await page.keyboard.press("Alt+2");
      await editor(page).waitFor();
      const line = page.locator(".document-editor .cm-breakpoints .cm-gutterElement");
      const at = (await readFile(path, "utf8")).split("\n").findIndex((text) => text.includes('"Pack": {')) + 1;
      const box = await waitFor("the line is drawn", async () => {
        const numbers = page.locator(".document-editor .cm-lineNumbers .cm-gutterElement", {
          hasText: new RegExp(`^${String(at)}$`),
        });
        return (await numbers.count()) > 0 ? numbers.first().boundingBox() : null;
      });
      const gutter = await line.first().boundingBox();
      await page.mouse.move(gutter.x + 6, box.y + box.height / 2);
      await page.locator(".document-editor .cm-breakpoint.ghost").waitFor();
      await page.mouse.down();
      await page.mouse.up();
      await list(page).getByText("Pack").waitFor();
      await node(page, "Pack").locator(".breakpoint-dot").waitFor();

      // A rename in the text takes it along.
      await editor(page).click();
      await page.keyboard.press("Control+Home");
      await page.keyboard.press("Control+f");
      await page.locator(".document-editor .cm-search [name=search]").selectText();
      await page.keyboard.type('"Pack": {');
      await page.keyboard.press("Enter");
      await page.keyboard.press("Escape");
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.type("Re");
      await list(page).getByText("RePack").waitFor();
      expect((await list(page).locator(".unverified").count()) === 0, "its place is known");
      await page.keyboard.press("Control+z");
      await page.keyboard.press("Control+z");
      await list(page).getByText(/^Pack/).waitFor();
      await page.keyboard.press("Alt+1");

      await page.getByRole("button", { name: "Edit the breakpoint of Pack" }).click();
      await page.getByLabel("Only if").fill("$.total = 20");
      await page.getByLabel("Let other branches and items go on meanwhile").check();
      await page.keyboard.press("Control+Enter");
      await node(page, "Price").click({ button: "right" });
      await page.getByRole("menuitem", { name: "With a condition or a message…" }).click();
      await page.getByLabel("Log a message and go on").check();
      await page.getByRole("textbox", { name: "Message" }).fill("costs {$.total} of {$limit}");
      await page.keyboard.press("Control+Enter");
      await node(page, "Price").locator(".breakpoint-dot.log").waitFor();
      await debug(page);
      await page.keyboard.press("F5");
      await chip(page, "the others go on");
      await page.locator(".debug-panel .threads", { hasText: "is held" }).waitFor();
      await node(page, "Each").locator(".node-number", { hasText: "2/3" }).waitFor();
      await page.keyboard.press("F5");
      await page.getByText("Waits for your answer to").waitFor();
      await page.getByRole("list", { name: "Debug sessions" }).waitFor();
    },
  },
  {
    name: "a step goes into the execution that a task starts, and comes back; a run is let go",
    async run(stage) {
      const { page, folder } = stage;
      await writeFile(
        join(folder, "inner.asl.json"),
        JSON.stringify({ StartAt: "Deep", States: { Deep: { Type: "Pass", Result: { deep: true }, End: true } } }),
      );
      await begin(
        stage,
        {
          StartAt: "Call",
          States: {
            Call: {
              Type: "Task",
              Resource: "arn:aws:states:::states:startExecution.sync:2",
              Parameters: { StateMachineArn: "arn:aws:states:us-east-1:111111111111:stateMachine:inner" },
              Next: "Wait",
            },
            Wait: { Type: "Wait", Seconds: 5, Next: "Done" },
            Done: { Type: "Succeed" },
          },
        },
        "outer",
      );
      await node(page, "Done").click();
      await page.keyboard.press("F9");
      await debug(page, "{}");
      await page.keyboard.press("F11");
      await chip(page, "before Deep runs");
      await page.keyboard.press("F5");
      await chip(page, "after Call");
      await step(page, "F10");
      await page.keyboard.press("Control+k");
      await page.keyboard.type("detach");
      await page.keyboard.press("Enter");
      await page.getByText("stops at no breakpoint").waitFor();
      await ended(page, "succeeded");
    },
  },
];
