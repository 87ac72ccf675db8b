import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { editor, expect, openByPath } from "../steps.mjs";

const pictures = process.env.STEPWRIGHT_PICTURES;

/** The Choice has no rule for what the task answers. */
const ORDER = {
  StartAt: "Charge",
  States: {
    Charge: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "charge", "Payload.$": "$" },
      ResultPath: "$.paid",
      Next: "Route",
    },
    Route: { Type: "Choice", Choices: [{ Variable: "$.paid.total", NumericLessThan: 100, Next: "Ship" }] },
    Ship: { Type: "Pass", Result: "on its way", ResultPath: "$.shipped", End: true },
  },
};
/** Counts the calls: a second one is an error. */
const MOCKS = {
  StateMachines: { order: { TestCases: { Once: { Charge: "Charged" } } } },
  MockedResponses: {
    Charged: {
      0: { Return: { total: 120 } },
      "1-9": { Throw: { Error: "CalledAgain", Cause: "it was called before" } },
    },
  },
};

const fast = (page) =>
  page.addInitScript(() => {
    if (localStorage.getItem("stepwright-run") === null)
      localStorage.setItem(
        "stepwright-run",
        JSON.stringify({ state: { clock: { type: "virtual" }, pace: 7, express: false }, version: 1 }),
      );
    if (localStorage.getItem("stepwright-panels") === null)
      localStorage.setItem(
        "stepwright-panels",
        JSON.stringify({ state: { bottom: 260, bottomOpen: true, page: "executions" }, version: 1 }),
      );
  });
const node = (page, name) =>
  page.locator(".react-flow__node", { has: page.locator(".node-name", { hasText: new RegExp(`^${name}$`) }) });
const ended = (page, status) => page.locator(`.banner[data-status="${status}"]`).waitFor();

/** Asks the backend, as the page does. */
const ask = (page, command, request) =>
  page.evaluate(
    async ([name, body]) => {
      const answer = await fetch(`/call/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return (await answer.json()).ok;
    },
    [command, request],
  );

/** The history of the latest execution. */
async function history(page) {
  const { executions } = await ask(page, "list_executions", { path: null, limit: 1, before: null });
  const { text } = await ask(page, "export_history", {
    execution: executions[0].execution,
    path: null,
    overwrite: false,
  });
  return JSON.parse(text).events;
}

async function shot(page, name) {
  if (!pictures) return;
  await page.screenshot({ path: join(pictures, `${name}-dark.png`) });
  await page.evaluate(() => {
    document.documentElement.dataset.theme = "light";
  });
  await page.screenshot({ path: join(pictures, `${name}-light.png`) });
  await page.evaluate(() => {
    document.documentElement.dataset.theme = "dark";
  });
}

async function begin({ page, folder, open }, name = "order", definition = ORDER, mocks = MOCKS) {
  await fast(page);
  const path = join(folder, `${name}.asl.json`);
  await writeFile(path, JSON.stringify(definition, null, 2));
  if (mocks) await writeFile(join(folder, `${name}.mocks.json`), JSON.stringify(mocks));
  await open();
  await openByPath(page, path);
  await page.waitForSelector(".canvas[data-ready] .react-flow__node");
  return path;
}

async function run(page) {
  await page.keyboard.press("F5");
  await page.locator(".run-dialog").waitFor();
  await page.locator(".run-dialog .button.primary").click();
}

/** Replaces the whole text in the editor. */
async function rewrite(page, definition) {
  await page.keyboard.press("Alt+2");
  await editor(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(JSON.stringify(definition, null, 2));
}

export const journeys = [
  {
    name: "a failing Choice is fixed in the editor and the run goes on without calling the task again",
    async run(stage) {
      const { page } = stage;
      await begin(stage);
      await run(page);
      await ended(page, "failed");
      await page.locator(".failure-sentence", { hasText: "“Route” found no rule that fits its input" }).waitFor();
      await shot(page, "failed");
      const fixed = JSON.parse(JSON.stringify(ORDER));
      fixed.States.Route.Choices[0].NumericLessThan = 200;
      await rewrite(page, fixed);
      await page.getByRole("button", { name: "Fix and continue" }).click();
      await page.locator(".fork-plan li", { hasText: "Goes on at Route, after event 7" }).waitFor();
      await page.locator(".fork-plan li", { hasText: "1 call keeps its recorded answer" }).waitFor();
      await page.locator(".changes li", { hasText: "Route" }).waitFor();
      await shot(page, "fork-dialog");
      await page.locator(".fork-dialog .button.primary").click();
      await ended(page, "succeeded");
      await page.locator(".banner .json", { hasText: "on its way" }).waitFor();
      const events = await history(page);
      const calls = events.filter((event) => event.type === "TaskScheduled").length;
      expect(calls === 1, `the task was called once, not ${calls} times`);
      expect(events.at(-1).type === "ExecutionSucceeded", "and the history ends well");
      await page.locator(".origin-tag", { hasText: "edited fork of" }).waitFor();
      await shot(page, "lineage");
    },
  },
  {
    name: "two executions are compared: the ways, the events, the data of a state",
    async run(stage) {
      const { page } = stage;
      await begin(stage);
      await run(page);
      await ended(page, "failed");
      const fixed = JSON.parse(JSON.stringify(ORDER));
      fixed.States.Route.Choices[0].NumericLessThan = 200;
      await rewrite(page, fixed);
      await page.getByRole("button", { name: "Fix and continue" }).click();
      await page.locator(".changes li", { hasText: "Route" }).waitFor();
      await page.locator(".fork-dialog .button.primary").click();
      await ended(page, "succeeded");
      const ticks = page.locator(".table tbody input[type=checkbox]");
      await ticks.nth(0).check();
      await ticks.nth(1).check();
      await page.getByRole("button", { name: "Compare the two that are ticked" }).click();
      await page.locator(".compare-note", { hasText: "The first 7 events are the same" }).waitFor();
      await page.locator(".compared-node.side-b", { hasText: "Ship" }).waitFor();
      await page.locator(".compared-node.side-both", { hasText: "Charge" }).waitFor();
      await page.locator(".compare-states button", { hasText: "Ship" }).click();
      await page.locator(".compare-data .json", { hasText: "on its way" }).first().waitFor();
      await shot(page, "compare");
      await page.getByRole("dialog").getByRole("tab", { name: "Events" }).click();
      await page.locator(".compare-event.side-b", { hasText: "ExecutionSucceeded" }).waitFor();
      await page.locator(".compare-event.side-a", { hasText: "ExecutionFailed" }).waitFor();
      await shot(page, "compare-events");
    },
  },
  {
    name: "a history from elsewhere is imported, explained, scrubbed and forked; without its definition its graph is seen",
    async run(stage) {
      const { page } = stage;
      await begin(stage);
      await run(page);
      await ended(page, "failed");
      // As the CLI of the service prints it, with a task that failed in its code.
      const events = await history(page);
      const cause = JSON.stringify({
        errorType: "CardDeclined",
        errorMessage: "card 4242 was declined",
        trace: ["CardDeclined: card 4242 was declined", "    at charge (/var/task/index.js:12:9)"],
      });
      const recorded = [
        ...events.slice(0, 4),
        {
          timestamp: "2026-01-31T12:00:00.000+00:00",
          type: "TaskFailed",
          id: 5,
          previousEventId: 4,
          taskFailedEventDetails: { resourceType: "lambda", resource: "invoke", error: "CardDeclined", cause },
        },
        {
          timestamp: "2026-01-31T12:00:00.100+00:00",
          type: "ExecutionFailed",
          id: 6,
          previousEventId: 5,
          executionFailedEventDetails: { error: "CardDeclined", cause },
        },
      ].map((event, at) => ({ ...event, timestamp: `2026-01-31T12:00:0${at}.000+00:00` }));
      const file = join(stage.folder, "prod.json");
      await writeFile(file, JSON.stringify({ events: recorded }, null, 2));
      const open = async (definition) => {
        await page.keyboard.press("Control+k");
        await page.keyboard.insertText("Import a history");
        await page.keyboard.press("Enter");
        await page.locator(".history-dialog").waitFor();
        await page.getByLabel("History file").setInputFiles(file);
        if (!definition) await page.getByLabel("Definition it ran").selectOption("");
        await page.locator(".drop-zone strong", { hasText: "prod.json" }).waitFor();
        await page.locator(".history-dialog .button.primary").click();
        await page.locator(".history-dialog").waitFor({ state: "detached" });
      };
      await open(true);
      const sentence = page.locator(".failure-sentence", {
        hasText: "“Charge” failed with CardDeclined: card 4242 was declined",
      });
      await sentence.waitFor();
      await page.locator(".failure-note", { hasText: "at charge (/var/task/index.js:12:9)" }).waitFor();
      await page.locator(".origin-tag", { hasText: "imported" }).waitFor();
      await node(page, "Charge").click();
      await page.getByRole("tab", { name: "Data" }).click();
      await page.locator(".stage", { hasText: "FunctionName" }).first().waitFor();
      await shot(page, "imported");
      await page.getByRole("button", { name: "Fix and continue" }).click();
      await page.locator(".fork-plan li", { hasText: "Goes on at Charge, after event 2" }).waitFor();
      await page.locator(".fork-dialog .button.primary").click();
      await page.locator('.banner[data-status="running"]', { hasText: "Waits for your answer to Charge" }).waitFor();
      await page.keyboard.press("Control+w");
      await open(false);
      await sentence.waitFor();
      await page.locator(".origin-tag", { hasText: "graph from events" }).waitFor();
      expect(
        (await page.locator(".react-flow__node .node-name").allTextContents()).join() === "Charge",
        "only what was seen",
      );
      await shot(page, "imported-without-definition");
    },
  },
  {
    name: "a run begins at a nested state, with the data of the last run or others",
    async run(stage) {
      const { page } = stage;
      const definition = {
        StartAt: "Each",
        States: {
          Each: {
            Type: "Map",
            ItemsPath: "$.items",
            End: true,
            ItemProcessor: {
              StartAt: "Price",
              States: {
                Price: { Type: "Pass", Assign: { "sum.$": "$.total" }, Next: "Pack" },
                Pack: { Type: "Pass", Parameters: { "sum.$": "$sum", "item.$": "$$.Map.Item.Index" }, End: true },
              },
            },
          },
        },
      };
      await begin(stage, "boxes", definition, null);
      await page.keyboard.press("F5");
      await page.getByLabel("Input").click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText('{"items": [{"total": 20}, {"total": 240}]}');
      await page.locator(".run-dialog .button.primary").click();
      await ended(page, "succeeded");
      await node(page, "Pack").click({ button: "right" });
      await page.getByRole("menuitem", { name: "Run from here…" }).click();
      const dialog = page.locator(".run-from");
      await dialog.locator(".cm-content", { hasText: "240" }).first().waitFor();
      await dialog.getByLabel("Variables").click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText('{"sum": 77}');
      await shot(page, "run-from");
      await dialog.locator(".button.primary").click();
      await ended(page, "succeeded");
      await page.locator(".banner .json", { hasText: "77" }).waitFor();
      const events = await history(page);
      expect(
        events.map((event) => event.type).join() ===
          "ExecutionStarted,PassStateEntered,PassStateExited,ExecutionSucceeded",
        "only what comes after it in its processor",
      );
      await page.locator(".origin-tag", { hasText: "from Pack" }).waitFor();
    },
  },
  {
    name: "a result is pinned and answers later runs, shown on the node and on the run",
    async run(stage) {
      const { page } = stage;
      await begin(stage);
      await run(page);
      await ended(page, "failed");
      await node(page, "Charge").click();
      await page.getByRole("tab", { name: "Data" }).click();
      await page.getByRole("button", { name: "Pin the result" }).click();
      await node(page, "Charge").locator(".pin-badge").waitFor();
      await node(page, "Charge").click({ button: "right" });
      await page.getByRole("menuitem", { name: "Edit the pinned data…" }).click();
      const dialog = page.locator(".pins-dialog");
      await dialog.getByRole("textbox", { name: "Pinned to Charge" }).click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText('{"total": 5}');
      await shot(page, "pins");
      await dialog.getByRole("button", { name: "Keep the edit" }).click();
      await dialog.getByRole("button", { name: "Done" }).click();
      await run(page);
      await ended(page, "succeeded");
      await page.locator(".banner-note", { hasText: "Used pinned data: Charge" }).waitFor();
      await page.locator(".origin-tag", { hasText: "pinned data" }).waitFor();
      await shot(page, "pinned");
      await node(page, "Charge").click({ button: "right" });
      await page.getByRole("menuitem", { name: "Unpin" }).click();
      await node(page, "Charge").locator(".pin-badge").waitFor({ state: "detached" });
    },
  },
];
