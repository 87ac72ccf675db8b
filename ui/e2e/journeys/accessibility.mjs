// What axe finds in every main view, dark and light: nothing serious.

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

const journeyIn = (scheme) => ({
  name: `axe finds nothing serious in any view, ${scheme}`,
  browser: { colorScheme: scheme },
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
      await after?.(page);
    }
    expect(found.length === 0, `serious findings:\n  ${found.join("\n  ")}`);
  },
});

export const journeys = [journeyIn("dark"), journeyIn("light")];
