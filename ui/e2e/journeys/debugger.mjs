import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, openByPath, waitFor } from "../steps.mjs";

const ORDERS = {
  StartAt: "Begin",
  States: {
    Begin: { Type: "Pass", Assign: { limit: 100 }, Next: "Each" },
    Each: {
      Type: "Map",
      ItemsPath: "$.orders",
      ResultPath: "$.each",
      Next: "Enough?",
      ItemProcessor: {
        StartAt: "Price",
        States: { Price: { Type: "Pass", Next: "Pack" }, Pack: { Type: "Pass", End: true } },
      },
    },
    "Enough?": {
      Type: "Choice",
      Choices: [{ Variable: "$.orders[0].total", NumericGreaterThan: 100, Next: "Good" }],
      Default: "Bad",
    },
    Good: { Type: "Succeed" },
    Bad: { Type: "Fail", Error: "Short" },
  },
};
const INPUT = '{"orders": [{"total": 20}, {"total": 240}, {"total": 7}]}';

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
        JSON.stringify({ state: { bottom: 300, bottomOpen: true, page: "debug" }, version: 1 }),
      );
  });
const node = (page, name) =>
  page.locator(".react-flow__node", {
    has: page.locator(".node-name", { hasText: new RegExp(`^${name.replace("?", "\\?")}$`) }),
  });
const chip = (page, text) => page.locator(".pause-chip", { hasText: text }).waitFor();
const ended = (page, status) => page.locator(`.banner[data-status="${status}"]`).waitFor();

async function begin({ page, folder, open }, definition = ORDERS) {
  await fast(page);
  const path = join(folder, "orders.asl.json");
  await writeFile(path, JSON.stringify(definition, null, 2));
  await open();
  await openByPath(page, path);
  await page.waitForSelector(".canvas[data-ready] .react-flow__node");
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

export const journeys = [
  {
    name: "a conditional breakpoint inside a Map stops once, at the right item, with its data, variables and expressions",
    async run(stage) {
      const { page } = stage;
      await begin(stage);
      await node(page, "Pack").click();
      await page.keyboard.press("F9");
      await node(page, "Pack").locator(".breakpoint-dot").waitFor();
      await page.keyboard.press("Shift+F9");
      await page.getByLabel("Only if").fill("$.total > $limit");
      await page.keyboard.press("Enter");
      await node(page, "Pack").locator(".breakpoint-dot.conditional").waitFor();
      await debug(page);
      await chip(page, "before Begin runs");
      await page.keyboard.press("F5");
      await chip(page, "before Pack runs");
      await chip(page, "item 1");
      await page.locator(".debug-panel .data .json-line", { hasText: "240" }).first().waitFor();
      await page.locator(".debug-panel .threads [aria-current=true]", { hasText: "Item 1 › Pack" }).waitFor();
      await page.getByLabel("Watch an expression").fill("$$.Map.Item.Index");
      await page.keyboard.press("Enter");
      await page.locator(".watched", { hasText: "$$.Map.Item.Index" }).locator("code", { hasText: "1" }).waitFor();
      await page.getByRole("tab", { name: "Console" }).click();
      await page.getByLabel("Evaluate").fill("$.total * 2");
      await page.keyboard.press("Enter");
      await page.locator(".console-log", { hasText: "480" }).waitFor();
      await page.getByRole("tab", { name: "Debugger" }).click();
      if (process.env.STEPWRIGHT_PICTURES) {
        await page.screenshot({ path: join(process.env.STEPWRIGHT_PICTURES, "debugger-dark.png") });
        await page.getByRole("button", { name: "Theme" }).click();
        await page.getByRole("menuitemcheckbox", { name: "Light" }).click();
        await page.waitForTimeout(300);
        await page.screenshot({ path: join(process.env.STEPWRIGHT_PICTURES, "debugger-light.png") });
      }
      await page.keyboard.press("F5");
      await ended(page, "failed");
      await waitFor("nothing is paused any more", async () => (await page.locator(".pause-chip").count()) === 0);
    },
  },
  {
    name: "stepping over and back shows what was; going on from the past is a fork, and the original stays",
    async run(stage) {
      const { page } = stage;
      await begin(stage);
      await debug(page);
      await page.keyboard.press("F10");
      await chip(page, "after Begin");
      await page.keyboard.press("F10");
      await chip(page, "before Each runs");
      for (
        let step = 0;
        step < 20 && (await page.locator(".pause-chip", { hasText: "before Enough? runs" }).count()) === 0;
        step++
      ) {
        const before = await page.locator(".scrubber .mono").textContent();
        await page.keyboard.press("F10");
        await waitFor("the step ends", async () => (await page.locator(".scrubber .mono").textContent()) !== before);
      }
      await chip(page, "before Enough? runs");
      await page.keyboard.press("Shift+F10");
      await chip(page, "before Pack runs");
      await page.locator(".pause-chip.past").waitFor();
      await page.keyboard.press("Shift+F10");
      await page.getByRole("button", { name: "Back to now" }).click();
      await chip(page, "before Enough? runs");
      // Another input for the Choice, then on: it takes the other way.
      await page.getByRole("button", { name: "Change input…" }).click();
      await page.locator(".change-dialog .cm-content").click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText('{"orders": [{"total": 500}]}');
      await page.getByRole("button", { name: "Apply" }).click();
      await page.locator(".debug-panel .data .json-line", { hasText: "500" }).first().waitFor();
      await page.keyboard.press("F5");
      await ended(page, "succeeded");
      await page.getByRole("tab", { name: "Events" }).click();
      await page.getByLabel("Filter events").fill("ExecutionSucceeded");
      await page.locator(".virtual-list .row").first().click();
      await page.getByRole("button", { name: "Look back here" }).click();
      await page.locator(".pause-chip.past").waitFor();
      await page.keyboard.press("Shift+F10");
      await chip(page, "before Good runs");
      await page.keyboard.press("Shift+F10");
      await chip(page, "before Enough? runs");
      await page.keyboard.press("F5");
      await page.getByText(/made a fork/).waitFor();
      await ended(page, "failed");
    },
  },
  {
    name: "a paused run survives the end of the application, and goes on",
    allow: [/WebSocket|ERR_CONNECTION_REFUSED|Failed to fetch|403/],
    async run(stage) {
      const { page, open, restart } = stage;
      const path = await begin(stage);
      await debug(page, INPUT.replace("20", "200"));
      await page.keyboard.press("F10");
      await chip(page, "after Begin");
      await restart();
      await open();
      await page.getByRole("tab", { name: "Executions" }).click();
      const row = page.locator(".table tbody tr").first();
      await row.getByText("Interrupted").waitFor();
      await row.getByRole("button").first().click();
      await page.waitForSelector(".canvas[data-ready] .react-flow__node");
      await row.getByRole("button", { name: "Resume" }).click();
      await chip(page, "after Begin");
      await page.keyboard.press("F5");
      await ended(page, "succeeded");
      expect((await readFile(path, "utf8")).includes("Begin"), "the file is as it was");
    },
  },
];
