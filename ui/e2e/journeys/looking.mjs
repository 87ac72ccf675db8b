import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, openByPath, waitFor } from "../steps.mjs";

const ORDERS = {
  StartAt: "Check",
  States: {
    Check: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      ResultPath: "$.stock",
      Assign: { limit: 100 },
      Retry: [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 3, MaxAttempts: 4 }],
      Next: "Both",
    },
    Both: {
      Type: "Parallel",
      ResultPath: "$.both",
      Next: "Each",
      Branches: [
        { StartAt: "Reserve", States: { Reserve: { Type: "Wait", Seconds: 90, End: true } } },
        { StartAt: "Mail", States: { Mail: { Type: "Pass", Result: "sent", End: true } } },
      ],
    },
    Each: {
      Type: "Map",
      ItemsPath: "$.orders",
      ResultPath: "$.each",
      Next: "Rest",
      ItemProcessor: {
        StartAt: "Price",
        States: {
          Price: { Type: "Pass", Assign: { "limit.$": "$.total" }, Next: "Pack" },
          Pack: { Type: "Pass", Result: 5, ResultPath: "$.total", End: true },
        },
      },
    },
    Rest: { Type: "Wait", Seconds: 86400, Next: "Done" },
    Done: { Type: "Succeed" },
  },
};
const BUSY = {
  StateMachines: { looked: { TestCases: { Busy: { Check: "Busy" } } } },
  MockedResponses: {
    Busy: {
      "0-1": { Throw: { Error: "Lambda.TooManyRequestsException", Cause: "Rate exceeded" } },
      "2-9": { Return: { Payload: { shelf: "B-12" } } },
    },
  },
};
const INPUT = '{"orders": [{"total": 20, "sku": "tea"}, {"total": 240, "sku": "kettle"}, {"total": 7, "sku": "cup"}]}';

const page_ = (page, name) =>
  page
    .locator(".bottom")
    .getByRole("tab", { name: new RegExp(`^${name}`) })
    .click();
const node = (page, name) =>
  page.locator(".react-flow__node", { has: page.locator(".node-name", { hasText: new RegExp(`^${name}$`) }) });
const chip = (page, text) => page.locator(".pause-chip", { hasText: text }).waitFor();
const ended = (page, status) => page.locator(`.banner[data-status="${status}"]`).waitFor();
const inspected = (page, name) => page.locator(".inspector h2", { hasText: name }).waitFor();

async function begin({ page, folder, open }, definition, panel, mocks = null) {
  await page.addInitScript((bottom) => {
    if (localStorage.getItem("stepwright-run") === null)
      localStorage.setItem(
        "stepwright-run",
        JSON.stringify({ state: { clock: { type: "virtual" }, pace: 7, express: false }, version: 1 }),
      );
    if (localStorage.getItem("stepwright-panels") === null)
      localStorage.setItem(
        "stepwright-panels",
        JSON.stringify({ state: { bottom: 340, bottomOpen: true, page: bottom }, version: 1 }),
      );
  }, panel);
  const path = join(folder, "looked.asl.json");
  await writeFile(path, JSON.stringify(definition, null, 2));
  if (mocks) await writeFile(join(folder, "MockConfigFile.json"), JSON.stringify(mocks));
  await open();
  await openByPath(page, path);
  await page.waitForSelector(".canvas[data-ready] .react-flow__node");
}

async function start(page, input, { testCase = null, button = /^Run Ctrl/ } = {}) {
  await page.keyboard.press("F5");
  await page.locator(".run-dialog").waitFor();
  if (testCase) await page.getByLabel("Answers of tasks").selectOption({ label: `Mocked: ${testCase}` });
  await page.locator(".run-dialog").getByLabel("Input").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(input);
  await page.getByRole("button", { name: button, exact: typeof button === "string" }).click();
}

async function ran(stage, panel) {
  await begin(stage, ORDERS, panel, BUSY);
  await start(stage.page, INPUT, { testCase: "Busy" });
  await ended(stage.page, "succeeded");
}

export const journeys = [
  {
    name: "the timeline shows branches, items and tries; dragging its cursor shows what was",
    async run(stage) {
      const { page } = stage;
      await ran(stage, "timeline");
      await page.locator('.chart[data-ready="true"] .lane').nth(8).waitFor();
      const names = await page.locator(".chart .lane-title").allTextContents();
      expect(
        ["Check", "Both", "Branch 1", "Branch 2", "Each", "Items 3", "Item 0", "Item 2"].every((name) =>
          names.includes(name),
        ),
        `rows: ${names.join(", ")}`,
      );
      // A click on a bar picks that stay: its state, and its data with every try.
      const track = await page.locator(".chart-track").boundingBox();
      await page.mouse.click(track.x + 20, track.y + 13);
      await inspected(page, "Check");
      await page.getByRole("tab", { name: "Data" }).click();
      await page.locator(".tries .try").nth(2).waitFor();
      await page.locator(".tries .try").first().click();
      await page.locator(".inspector .stage-error", { hasText: "TooManyRequests" }).waitFor();
      // The axis takes the cursor where it is pressed, and dragging on goes on.
      const ticks = await page.locator(".chart-ticks").boundingBox();
      await page.mouse.move(ticks.x + ticks.width * 0.9, ticks.y + 12);
      await page.mouse.down();
      await page.locator(".pause-chip.past").waitFor();
      await page.mouse.move(ticks.x + 3, ticks.y + 12, { steps: 5 });
      await chip(page, "Event 1 of");
      await page.mouse.up();
      await waitFor(
        "at the start nothing has run",
        async () => (await node(page, "Both").locator("[class*=run-]").count()) === 0,
      );
      // Keys go on from there, and to the end.
      await page.locator(".chart-rows").focus();
      await page.keyboard.press("ArrowRight");
      await chip(page, "Event 2 of");
      await page.keyboard.press("End");
      await node(page, "Done").locator("[class*=run-]").first().waitFor();
      await page.getByRole("button", { name: "True time" }).click();
      await page.getByRole("button", { name: "Shorten waits" }).waitFor();
    },
  },
  {
    name: "at a pause: the tree leads to branches and items, stages show differences, variables where they come from",
    async run(stage) {
      const { page } = stage;
      await begin(stage, ORDERS, "debug", BUSY);
      await node(page, "Pack").click();
      await page.keyboard.press("F9");
      await start(page, INPUT, { testCase: "Busy", button: "Debug" });
      await page.locator(".pause-chip").waitFor();
      await page.keyboard.press("F5");
      await chip(page, "before Pack");
      const tree = page.locator(".threads");
      await tree.locator("[aria-current=true]", { hasText: "Item 0 › Pack" }).waitFor();
      await tree.locator(".row", { hasText: "Both · 2 branches" }).waitFor();
      const limit = page.locator(".variable", { hasText: "$limit" });
      await limit.locator(".json-line", { hasText: "20" }).waitFor();
      await limit.getByRole("button", { name: "Price" }).waitFor();
      // The execution's own variable is what the item's hides.
      await tree.locator(".row", { hasText: "Execution › Each" }).click();
      await limit.locator(".json-line", { hasText: "100" }).waitFor();
      await limit.getByRole("button", { name: "Check" }).waitFor();
      await inspected(page, "Each");
      await page.locator(".debug-panel .data .json-added", { hasText: "stock" }).waitFor({ state: "detached" });
      await page.getByLabel("Watch an expression").fill("$count($states.input.orders)");
      await page.keyboard.press("Enter");
      await page.locator(".watched code", { hasText: "3" }).waitFor();
      await tree.locator(".row", { hasText: "Item 1" }).click();
      await page.locator(".debug-panel .data .json-line", { hasText: "kettle" }).waitFor();
      await page.getByRole("button", { name: "Stop", exact: true }).first().click();
      await ended(page, "aborted");
    },
  },
  {
    name: "the console completes, remembers, points at what is wrong, and evaluates in the past",
    async run(stage) {
      const { page } = stage;
      await ran(stage, "console");
      const entry = page.getByLabel("Evaluate");
      await entry.pressSequentially("$.or");
      await page.locator(".offer [role=option]", { hasText: "orders" }).waitFor();
      await page.keyboard.press("Tab");
      expect((await entry.inputValue()) === "$.orders", "the completion is taken");
      await entry.pressSequentially("[1].sku");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Enter");
      await page.locator(".console-log .json-string", { hasText: '"kettle"' }).waitFor();
      await entry.fill("$sum([1, 2");
      await page.keyboard.press("Enter");
      await page.locator(".console-log .at-fault").waitFor();
      await entry.fill("States.Format('{} items',\nStates.ArrayLength($.orders))");
      await page.keyboard.press("Enter");
      await page.locator(".console-log", { hasText: "3 items" }).waitFor();
      // Two lines came back: one step to the first of them, one to what was asked before.
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowUp");
      await waitFor("the second last comes back", async () => (await entry.inputValue()) === "$sum([1, 2");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await waitFor("back at what was being written", async () => (await entry.inputValue()) === "");
      // In the past there was less.
      await entry.fill("$exists($states.input.both)");
      await page.keyboard.press("Enter");
      await page
        .locator(".console-log .said", { hasText: "$exists" })
        .locator(".json-word", { hasText: "true" })
        .waitFor();
      await page_(page, "Events");
      await page.getByLabel("Filter events").fill("taskstateentered check");
      await page.locator(".virtual-list .row").first().dblclick();
      await page.locator(".pause-chip.past").waitFor();
      await page_(page, "Console");
      await entry.fill("$exists($states.input.both)");
      await page.keyboard.press("Enter");
      await page
        .locator(".console-log .said", { hasText: "event 2" })
        .locator(".json-word", { hasText: "false" })
        .waitFor();
    },
  },
  {
    name: "where a value appeared first, and when a path changed: from a value's menu and from the search box",
    async run(stage) {
      const { page } = stage;
      await ran(stage, "timeline");
      await node(page, "Price").click();
      await page.getByRole("tab", { name: "Data" }).click();
      await page.locator(".run-picker input").fill("2");
      const value = page.locator(".inspector .json-line", { hasText: "kettle" }).first();
      await value.click({ button: "right" });
      await page.getByRole("menuitem", { name: "Where did this value appear first?" }).click();
      await page.locator(".search-page .row", { hasText: "Execution" }).locator(".hit-first").waitFor();
      await page.getByLabel("Search the run").fill("b-12");
      await page.getByText("Text", { exact: true }).click();
      await page.locator(".search-page .row", { hasText: "Result" }).first().click();
      await page.locator(".pause-chip.past").waitFor();
      await inspected(page, "Check");
      await page.getByText("Changes of").click();
      await page.getByLabel("Search the run").fill("$limit");
      await page.keyboard.press("Enter");
      const changes = page.locator(".changes-found .row");
      await waitFor("the execution's value, and one of each item", async () => (await changes.count()) === 4);
      expect(/nothing.*→.*100/.test((await changes.first().textContent()) ?? ""), "from nothing to 100");
      await changes.nth(2).click();
      await inspected(page, "Price");
      await page.getByLabel("Search the run").fill("$.total");
      await page.keyboard.press("Enter");
      await page.locator(".changes-found .row", { hasText: "240" }).filter({ hasText: "5" }).first().waitFor();
      await page.getByLabel("Search the run").fill("total is");
      await page.keyboard.press("Enter");
      await page.locator(".search-page .bad").waitFor();
    },
  },
  {
    name: "the table of states sorts; events are filtered by type, by state, by what is in them",
    async run(stage) {
      const { page } = stage;
      await ran(stage, "states");
      const first = page.locator(".states-table tbody tr").first();
      await first.getByText("Check").waitFor();
      await page.getByRole("button", { name: "Time", exact: true }).click();
      await first.getByText("Rest").waitFor();
      await page.getByRole("button", { name: "Tries" }).click();
      await first.getByText("Check").waitFor();
      await first.click();
      await inspected(page, "Check");
      await page_(page, "Events");
      const rows = page.locator(".virtual-list .row");
      await page.getByLabel("Type of event").selectOption("TaskFailed");
      await waitFor("the two failures", async () => (await rows.count()) === 2);
      await page.getByLabel("Type of event").selectOption({ label: "All types" });
      await page.getByLabel("State of event").selectOption("Mail");
      await waitFor("in and out", async () => (await rows.count()) === 2);
      await page.getByLabel("State of event").selectOption({ label: "All states" });
      await page.getByLabel("Filter events").fill("rate exceeded");
      await waitFor("what is in the text of events", async () => (await rows.count()) === 2);
      await page.locator(".gauges", { hasText: "/ 25,000" }).waitFor();
    },
  },
  {
    name: "a Map of a thousand items draws a strip and a handful of rows; its failed items are one click away",
    timeout: 20_000,
    async run(stage) {
      const { page } = stage;
      const definition = {
        StartAt: "Each",
        States: {
          Each: {
            Type: "Map",
            ItemsPath: "$.items",
            ToleratedFailurePercentage: 50,
            End: true,
            ItemProcessor: {
              ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
              StartAt: "Odd?",
              States: {
                "Odd?": {
                  Type: "Choice",
                  Choices: [{ Variable: "$.n", NumericEquals: 471, Next: "Bad" }],
                  Default: "Fine",
                },
                Fine: { Type: "Succeed" },
                Bad: { Type: "Fail", Error: "Odd" },
              },
            },
          },
        },
      };
      await begin(stage, definition, "timeline");
      await start(page, JSON.stringify({ items: Array.from({ length: 1_000 }, (_, n) => ({ n })) }));
      await ended(page, "succeeded");
      await page.locator(".chart .lane", { hasText: "Items 1,000" }).waitFor();
      await page.getByRole("button", { name: "1 failed" }).click();
      await page.locator(".chart .lane-title", { hasText: "Child 471" }).click();
      await inspected(page, "Bad");
      await page_(page, "Debugger");
      await page.locator(".threads .row", { hasText: "Each · 1,000 items" }).waitFor();
      await page.locator(".threads [aria-current=true]", { hasText: "Child 471 › Bad" }).waitFor();
      expect((await page.locator(".threads .row").count()) < 40, "not a row for every item");
      await page.locator(".debug-panel .data .json-line", { hasText: "471" }).waitFor();
    },
  },
  {
    name: "the inbox tells how long tasks wait, takes a sign of life, and answers by keyboard",
    async run(stage) {
      const { page } = stage;
      const definition = {
        StartAt: "Approve",
        States: {
          Approve: {
            Type: "Task",
            Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            HeartbeatSeconds: 600,
            TimeoutSeconds: 3600,
            Parameters: { QueueUrl: "https://sqs.test/q", "MessageBody.$": "$$.Task.Token" },
            End: true,
          },
        },
      };
      await begin(stage, definition, "inbox");
      await start(page, "{}");
      const row = page.getByRole("listbox", { name: "Waiting tasks" }).locator(".row");
      await row.filter({ hasText: "Approve" }).waitFor();
      await row.getByText("10 min", { exact: false }).waitFor();
      const form = page.locator(".bottom .answer");
      await form.getByText("sign of life within").waitFor();
      await form.getByText("times out in").waitFor();
      const beat = form.getByRole("button", { name: "Send heartbeat" });
      await beat.click();
      await waitFor("it was taken", () => beat.isEnabled());
      await form.getByRole("textbox", { name: "Result", exact: true }).click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText('{"approved": true}');
      await page.keyboard.press("Control+Enter");
      await ended(page, "succeeded");
      await page.getByText("Nothing waits for you.").waitFor();
    },
  },
];
