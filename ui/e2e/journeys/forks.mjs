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
      const fixed = structuredClone(ORDER);
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
];
