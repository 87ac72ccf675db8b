// Measures looking at a long run in Chromium and prints figures; it judges nothing. Part of `cargo dev bench --ui`.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { chain, quantile } from "./generated.mjs";
import { journey } from "./harness.mjs";
import { openByPath } from "./steps.mjs";

/** Ends just below the service's limit of 25,000 events. */
const COUNT = {
  StartAt: "Begin",
  States: {
    Begin: { Type: "Pass", Result: { n: 0 }, ResultPath: "$.count", Next: "More?" },
    "More?": {
      Type: "Choice",
      Choices: [{ Variable: "$.count.n", NumericLessThan: 6_200, Next: "Add" }],
      Default: "Done",
    },
    Add: {
      Type: "Pass",
      Parameters: { "n.$": "States.MathAdd($.count.n, 1)" },
      ResultPath: "$.count",
      Next: "More?",
    },
    Done: { Type: "Succeed" },
  },
};

const settings = (page, pace, bottom) =>
  page.addInitScript(
    ([slot, panel]) => {
      localStorage.setItem(
        "stepwright-run",
        JSON.stringify({ state: { clock: { type: "virtual" }, pace: slot, express: false }, version: 1 }),
      );
      localStorage.setItem(
        "stepwright-panels",
        JSON.stringify({ state: { bottom: 330, bottomOpen: true, page: panel }, version: 1 }),
      );
    },
    [pace, bottom],
  );

async function run(page) {
  await page.keyboard.press("F5");
  await page.locator(".run-dialog").waitFor();
  await page.getByRole("button", { name: /^Run Ctrl/ }).click();
}

const ms = (value) => `${value.toFixed(0)} ms`;

async function frames(page) {
  await page.evaluate(() => {
    window.__frames = { count: 0, begin: performance.now(), worst: 0, last: performance.now(), on: true };
    const tick = () => {
      const seen = window.__frames;
      if (!seen.on) return;
      const now = performance.now();
      seen.worst = Math.max(seen.worst, now - seen.last);
      seen.last = now;
      seen.count++;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
}

const framesSeen = (page) =>
  page.evaluate(() => {
    window.__frames.on = false;
    return (window.__frames.count * 1000) / (performance.now() - window.__frames.begin);
  });

await journey(
  async (stage) => {
    const { page, folder } = stage;
    await settings(page, 7, "timeline");
    const file = join(folder, "count.asl.json");
    await writeFile(file, JSON.stringify(COUNT, null, 2));
    await stage.open();
    await openByPath(page, file);
    await page.waitForSelector(".canvas[data-ready] .react-flow__node");
    await run(page);
    await page.locator('.banner[data-status="succeeded"]').waitFor({ timeout: 120_000 });

    // As if the application had just been started: nothing is known of the run.
    await stage.restart();
    await stage.open();
    await page.evaluate(() => {
      document.querySelector("#bottom-executions")?.click();
    });
    const row = page.locator(".table tbody tr").first();
    await row.waitFor();
    await page.evaluate(() => {
      window.__opened = null;
      window.__begun = performance.now();
      const look = () => {
        const drawn =
          document.querySelector(".canvas[data-ready] .react-flow__node [class*=run-]") !== null &&
          /\d\d,\d{3} \/ 25,000/.test(document.querySelector(".gauges")?.textContent ?? "");
        if (drawn) window.__opened = performance.now() - window.__begun;
        else requestAnimationFrame(look);
      };
      document.querySelector(".table tbody tr button")?.click();
      look();
    });
    await page.waitForFunction(() => window.__opened !== null, undefined, { timeout: 60_000 });
    const opened = await page.evaluate(() => window.__opened);

    await page.getByRole("tab", { name: "Timeline" }).click();
    await page.locator('.chart[data-ready="true"]').waitFor();
    // From the press on the axis to the picture of that moment: marks on the canvas and the words above it.
    const jumps = await page.evaluate(async () => {
      const ticks = document.querySelector(".chart-ticks");
      const box = ticks.getBoundingClientRect();
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      const figures = [];
      let before = "";
      for (let round = 0; round < 40; round++) {
        const x = box.left + box.width * (0.02 + 0.9 * ((round * 0.618) % 1));
        const begun = performance.now();
        const point = { bubbles: true, clientX: x, clientY: box.top + 12, pointerId: 1, button: 0, isPrimary: true };
        ticks.setPointerCapture = () => undefined;
        ticks.dispatchEvent(new window.PointerEvent("pointerdown", point));
        for (;;) {
          await frame();
          const said = document.querySelector(".pause-chip.past")?.textContent ?? "";
          const settled = /(before|after|at|where|in) /.test(said) && said !== before;
          if (settled || performance.now() - begun > 5_000) {
            before = said;
            break;
          }
        }
        figures.push(performance.now() - begun);
      }
      return figures;
    });
    const [first, ...rest] = jumps;
    console.log("\na run of 25,000 events");
    console.log(`  opened, its marks drawn      ${ms(opened)}`);
    console.log(`  first jump to a moment       ${ms(first)}`);
    console.log(`  other jumps, median and p95  ${ms(quantile(rest, 0.5))}, ${ms(quantile(rest, 0.95))}`);

    const begun = performance.now();
    await page.getByRole("tab", { name: "Search" }).click();
    await page.getByLabel("Search the run").fill("6123");
    await page.keyboard.press("Enter");
    await page.locator(".search-page .row").first().waitFor();
    const found = performance.now() - begun;
    await page.locator(".search-page progress").waitFor({ state: "detached", timeout: 60_000 });
    console.log(`  a value found, all searched  ${ms(found)}, ${ms(performance.now() - begun)}`);

    await page.getByRole("tab", { name: "Timeline" }).click();
    const box = await page.locator(".chart-track").boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 40);
    await frames(page);
    for (let step = 0; step < 60; step++) await page.mouse.wheel(0, step < 30 ? -80 : 80);
    console.log(`  timeline, zooming            ${(await framesSeen(page)).toFixed(0)} fps`);

    // The same way with other data: no event is alike, and all of them are in pairs.
    await openByPath(page, file);
    await page.keyboard.press("F5");
    await page.locator(".run-dialog").waitFor();
    await page.getByRole("textbox", { name: "Input", exact: true }).click();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText('{"other": true}');
    await page.getByRole("button", { name: /^Run Ctrl/ }).click();
    await page.locator(".run-dialog").waitFor({ state: "detached" });
    await page.locator('.banner[data-status="succeeded"]').waitFor({ timeout: 120_000 });
    await page.getByRole("tab", { name: "Executions" }).click();
    const ticks = page.locator(".table tbody input[type=checkbox]");
    await ticks.nth(1).waitFor();
    await ticks.nth(0).check();
    await ticks.nth(1).check();
    const [compared, paired] = await page.evaluate(async () => {
      const shown = async (what) => {
        const begun = performance.now();
        while (!document.querySelector(what)) await new Promise((done) => requestAnimationFrame(done));
        return performance.now() - begun;
      };
      document.querySelector('button[title="Compare the two that are ticked"]').click();
      const opened = await shown(".compare-note");
      [...document.querySelectorAll(".compare-side [role=tab]")].find((tab) => tab.textContent === "Events").click();
      return [opened, await shown(".compare-event")];
    });
    await frames(page);
    for (let step = 0; step < 60; step++)
      await page.evaluate(() => {
        document.querySelector(".compared-events .virtual-list").scrollTop += 400;
        return new Promise((done) => requestAnimationFrame(done));
      });
    const scrolled = await framesSeen(page);
    console.log("\ntwo runs of 25,000 events side by side");
    console.log(`  compared, their events shown ${ms(compared)}, ${ms(paired)}`);
    console.log(`  events, scrolling            ${scrolled.toFixed(0)} fps`);
  },
  { timeout: 60_000, allow: [/WebSocket|ERR_CONNECTION_REFUSED|Failed to fetch|403/] },
);

await journey(
  async (stage) => {
    const { page, folder } = stage;
    // 40 ms between two steps: several states a second are entered and left.
    await settings(page, 6, "timeline");
    const file = join(folder, "chain.asl.json");
    await writeFile(file, JSON.stringify(chain(100), null, 2));
    await stage.open();
    await openByPath(page, file);
    await page.waitForSelector(".canvas[data-ready] .react-flow__node");
    await run(page);
    await page.locator(".react-flow__node .run-succeeded").first().waitFor();
    await frames(page);
    await page.locator('.banner[data-status="succeeded"]').waitFor({ timeout: 60_000 });
    console.log(`a run through 100 states, drawn as it goes: ${(await framesSeen(page)).toFixed(0)} fps`);
  },
  { timeout: 60_000 },
);
