// What axe finds in every main view, dark, light and at 200 %: nothing serious. And at 200 % every control can be reached.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { expect } from "../steps.mjs";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** Ends of an opened dialog or list. */
const shut = async (page) => {
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
};

const VIEWS = [
  ["the start", async () => undefined],
  [
    "a workflow on the canvas",
    async (page, { openExample }) => {
      await openExample("library-loan");
    },
  ],
  [
    "a selected state",
    async (page) => {
      await page.locator(".react-flow__node", { hasText: "Remind Reader" }).first().click();
      await page.locator(".state-form").waitFor();
    },
  ],
  ["canvas and code", (page) => page.keyboard.press("Alt+2")],
  [
    "files",
    async (page) => {
      await page.keyboard.press("Alt+1");
      await page.keyboard.press("Control+Shift+f");
      await page.locator(".files-page").waitFor();
    },
  ],
  [
    "states",
    async (page) => {
      await page.keyboard.press("Control+p");
      await page.getByRole("tree", { name: "States" }).waitFor();
    },
  ],
  [
    "what can be added",
    async (page) => {
      await page.keyboard.press("Control+Shift+a");
      await page.locator(".piece-service").first().waitFor();
    },
  ],
  ["problems", (page) => page.keyboard.press("Control+Shift+m")],
  ["executions", (page) => page.keyboard.press("Control+Shift+h")],
  ["the debugger", (page) => page.keyboard.press("Control+Shift+d")],
  [
    "settings",
    async (page) => {
      await page.keyboard.press("Control+,");
      await page.locator(".settings-dialog").waitFor();
    },
    shut,
  ],
  [
    "blueprints",
    async (page) => {
      await page.keyboard.press("Control+Shift+n");
      await page.locator(".blueprint-picture").waitFor();
    },
    shut,
  ],
  [
    "the command palette",
    async (page) => {
      await page.keyboard.press("Control+k");
      await page.locator(".palette").waitFor();
    },
    shut,
  ],
  [
    "the shortcuts",
    async (page) => {
      await page.locator(".canvas").focus();
      await page.keyboard.press("?");
      await page.locator(".shortcuts").waitFor();
    },
    shut,
  ],
  [
    "the run dialog",
    async (page) => {
      await page.keyboard.press("F5");
      await page.locator(".run-dialog").waitFor();
    },
    shut,
  ],
  [
    "the export",
    async (page) => {
      await page.keyboard.press("Control+Shift+e");
      await page.locator('.ship-main[aria-busy="false"] .ship-stand').first().waitFor();
    },
    shut,
  ],
];

/** Controls of which a part lies where nobody can scroll to. */
const cutOff = (page) =>
  page.evaluate(() => {
    const name = (element) =>
      `${element.tagName.toLowerCase()} “${(element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 40)}”`;
    const open = document.querySelector("dialog[open]");
    const lost = [];
    for (const element of (open ?? document).querySelectorAll(
      "button, input, select, textarea, [role=tab], [role=slider]",
    )) {
      if (element.closest(".react-flow__node, .react-flow__edge, .visually-hidden, .palette header")) continue;
      const style = getComputedStyle(element);
      if (!element.checkVisibility() || style.opacity === "0") continue;
      const box = element.getBoundingClientRect();
      if (box.width < 2 || box.height < 2) continue;
      let [left, top, right, bottom] = [0, 0, window.innerWidth, window.innerHeight];
      let [across, down] = [false, false];
      for (let around = element.parentElement; around; around = around.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(around);
        if (/auto|scroll/.test(overflowX)) across = true;
        if (/auto|scroll/.test(overflowY)) down = true;
        const frame = around.getBoundingClientRect();
        if (!across && overflowX !== "visible")
          [left, right] = [Math.max(left, frame.left), Math.min(right, frame.right)];
        if (!down && overflowY !== "visible")
          [top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)];
        // Out of the flow: what is around it does not cut it.
        if (around.matches("dialog[open]")) break;
      }
      const past = Math.max(
        across ? 0 : Math.max(left - box.left, box.right - right),
        down ? 0 : Math.max(top - box.top, box.bottom - bottom),
      );
      if (past > 4) lost.push(`${name(element)} is cut off by ${Math.round(past)} px`);
    }
    return [...new Set(lost)].slice(0, 8);
  });

/** A window of 1440 × 900 at 200 %. */
const ZOOMED = { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 };

const journeyIn = (scheme, zoom = null) => ({
  name: `axe finds nothing serious in any view, ${scheme}${zoom ? ", and all can be reached at 200 %" : ""}`,
  browser: { colorScheme: scheme, ...zoom },
  async run({ page, open, openExample }) {
    const axe = await readFile(AXE, "utf8");
    await open();
    await page.evaluate(axe);
    const found = [];
    for (const [name, show, after] of VIEWS) {
      await show(page, { openExample });
      // Colours that are on their way are no colours yet.
      await page.evaluate(() =>
        Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined))),
      );
      const violations = await page.evaluate(async () => {
        const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
        return violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(
            ({ id, nodes }) =>
              `${id}: ${nodes
                .slice(0, 3)
                .map(
                  ({ html, any, all }) =>
                    `${html.slice(0, 160)} (${[...any, ...all]
                      .map(({ message }) => message)
                      .join("; ")
                      .slice(0, 160)})`,
                )
                .join("\n      ")}`,
          );
      });
      found.push(...violations.map((violation) => `${name}: ${violation}`));
      if (zoom) found.push(...(await cutOff(page)).map((lost) => `${name}: ${lost}`));
      await after?.(page);
    }
    expect(found.length === 0, `serious findings:\n  ${found.join("\n  ")}`);
  },
});

export const journeys = [journeyIn("dark"), journeyIn("light"), journeyIn("light", ZOOMED)];
