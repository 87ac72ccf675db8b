import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { editor, expect, openByPath } from "../steps.mjs";

const pictures = process.env.STEPWRIGHT_PICTURES;

const ORDER = {
  StartAt: "Begin",
  States: {
    Begin: { Type: "Pass", Result: "old", ResultPath: "$.begin", Next: "Price" },
    Price: { Type: "Pass", Result: "old", ResultPath: "$.price", Next: "Route" },
    Route: { Type: "Choice", Choices: [{ Variable: "$.n", NumericGreaterThan: 9, Next: "Last" }] },
    Last: { Type: "Pass", End: true },
  },
};

const settings = (page, panel = "debug") =>
  page.addInitScript((shown) => {
    const put = (key, state) => {
      if (localStorage.getItem(key) === null) localStorage.setItem(key, JSON.stringify({ state, version: 1 }));
    };
    put("stepwright-run", { clock: { type: "virtual" }, pace: 7, express: false });
    put("stepwright-panels", { bottom: 300, bottomOpen: true, page: shown });
  }, panel);
const node = (page, name) =>
  page.locator(".react-flow__node", { has: page.locator(".node-name", { hasText: new RegExp(`^${name}$`) }) });
const chip = (page, text) => page.locator(".pause-chip", { hasText: text }).waitFor();

async function shot(page, name) {
  if (!pictures) return;
  for (const theme of ["dark", "light"]) {
    await page.evaluate((value) => {
      document.documentElement.dataset.theme = value;
    }, theme);
    await page.screenshot({ path: join(pictures, `${name}-${theme}.png`) });
  }
  await page.evaluate(() => {
    document.documentElement.dataset.theme = "dark";
  });
}

async function begin({ page, folder, open }, definition = ORDER) {
  await settings(page);
  const path = join(folder, "order.asl.json");
  await writeFile(path, JSON.stringify(definition, null, 2));
  await open();
  await openByPath(page, path);
  await page.waitForSelector(".canvas[data-ready] .react-flow__node");
}

async function debug(page, input) {
  await page.keyboard.press("F5");
  await page.locator(".run-dialog").waitFor();
  await page.getByRole("textbox", { name: "Input", exact: true }).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(input);
  await page.getByRole("button", { name: "Debug", exact: true }).click();
  await chip(page, "before Begin runs");
}

/** Replaces the whole text in the editor. */
async function rewrite(page, definition) {
  await page.keyboard.press("Alt+2");
  await editor(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(JSON.stringify(definition, null, 2));
  await page.keyboard.press("Alt+1");
}

export const journeys = [
  {
    name: "a step from the past asks which definition goes on, once, by keyboard",
    async run(stage) {
      const { page } = stage;
      await begin(stage);
      await debug(page, '{"n": 1}');
      for (const at of ["after Begin", "before Price runs", "after Price", "before Route runs"]) {
        await page.keyboard.press("F10");
        await chip(page, at);
      }
      const edited = JSON.parse(JSON.stringify(ORDER));
      edited.States.Price.Result = "new";
      await rewrite(page, edited);
      const dialog = page.locator(".which-definition");
      await page.keyboard.press("Shift+F10");
      await chip(page, "before Price runs");
      await page.keyboard.press("F10");
      await dialog.locator(".changes li", { hasText: "Price" }).waitFor();
      await shot(page, "which-definition");
      // Turning back leaves the past on show.
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await chip(page, "Event 4");
      await page.keyboard.press("F10");
      await dialog.locator(".changes li", { hasText: "Price" }).waitFor();
      await page.keyboard.press("Enter");
      await chip(page, "Paused after Price");
      await page.locator(".debug-panel .data .json-line", { hasText: '"new"' }).first().waitFor();
      // The fork goes on with the text in the editor; the next edit is taken without a question.
      edited.States.Price.Result = "newest";
      await rewrite(page, edited);
      await page.keyboard.press("Shift+F10");
      await chip(page, "before Price runs");
      await page.keyboard.press("F10");
      await chip(page, "Paused after Price");
      await page.locator(".debug-panel .data .json-line", { hasText: '"newest"' }).first().waitFor();
    },
  },
  {
    name: "a Choice without a rule stops at its error before it is handled, by the error's name, and goes on by hand",
    async run(stage) {
      const { page } = stage;
      await begin(stage);
      await page.getByRole("button", { name: "Choose the errors to stop at" }).click();
      const dialog = page.locator(".breakpoint-dialog");
      await dialog.getByRole("combobox", { name: "Errors" }).fill("States.Timeout, States.NoChoiceMatched");
      await shot(page, "breakpoint-errors");
      await page.keyboard.press("Control+Enter");
      await page.locator(".any-error .breakpoint-details", { hasText: "States.NoChoiceMatched" }).waitFor();
      await debug(page, '{"n": 1}');
      await page.keyboard.press("F5");
      await chip(page, "where Route failed with States.NoChoiceMatched");
      await page.locator(".debug-panel .data .json-line", { hasText: "States.NoChoiceMatched" }).first().waitFor();
      await shot(page, "stopped-at-error");
      await page.getByRole("button", { name: "Skip with output…" }).waitFor();
      await node(page, "Route").waitFor();
      await page.keyboard.press("F5");
      await page.locator('.banner[data-status="failed"]').waitFor();
    },
  },
  {
    name: "what was changed by hand is marked in the events, the timeline, the states and the comparison, and the export says so",
    async run(stage) {
      const { page } = stage;
      await begin(stage);
      await debug(page, '{"n": 1}');
      await page.getByRole("button", { name: "Change input…" }).click();
      const field = page.getByRole("dialog").getByRole("textbox").first();
      await field.click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText('{"n": 10}');
      await page.getByRole("button", { name: "Apply" }).click();
      await page.locator(".debug-panel .data .json-line", { hasText: "10" }).first().waitFor();
      await page.keyboard.press("F5");
      await page.locator('.banner[data-status="succeeded"]').waitFor();
      const words = 'input changed: {"n": 1} → {"n": 10}';
      await page.getByRole("tab", { name: "Events" }).click();
      const marked = page.locator(".events .row", { has: page.locator(".by-hand") });
      await marked.first().click();
      expect((await marked.count()) === 1, "one event is followed by a change");
      await page.locator(".events .field-note", { hasText: words }).waitFor();
      await shot(page, "by-hand-events");
      await page.getByRole("tab", { name: "States", exact: true }).last().click();
      await page.locator(".states-table tr", { hasText: "Begin" }).getByLabel(words).waitFor();
      await shot(page, "by-hand-states");
      await page.getByRole("tab", { name: "Timeline" }).click();
      await page.locator(".timeline canvas, canvas").first().waitFor();
      await shot(page, "by-hand-timeline");
      await page.getByRole("tab", { name: "Executions" }).click();
      const saved = page.waitForEvent("download");
      await page.keyboard.press("Control+k");
      await page.keyboard.insertText("export history");
      await page.keyboard.press("Enter");
      await saved;
      await page.locator(".messages", { hasText: "1 change made by hand is not in the file" }).waitFor();
      // The same once more, without the change.
      await page.keyboard.press("F5");
      await page.locator(".run-dialog .button.primary").click();
      await page.locator('.banner[data-status="failed"]').waitFor();
      const ticks = page.locator(".table tbody input[type=checkbox]");
      await ticks.nth(1).waitFor();
      await ticks.nth(0).check();
      await ticks.nth(1).check();
      await page.getByRole("button", { name: "Compare the two that are ticked" }).click();
      await page.getByRole("dialog").getByRole("tab", { name: "Events" }).click();
      await page.locator(".compared-events .by-hand").first().waitFor();
      await page.getByRole("button", { name: "Next difference" }).click();
      await page.keyboard.press("Shift+F7");
      await shot(page, "compare-events");
    },
  },
];
