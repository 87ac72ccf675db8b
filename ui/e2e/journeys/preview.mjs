// The preview of a state follows the runs of its workflow.

import { expect } from "../steps.mjs";

const node = (page, name) =>
  page.locator(".react-flow__node", { has: page.locator(".node-name", { hasText: new RegExp(`^${name}$`) }) });

async function run(page, input) {
  await page.keyboard.press("F5");
  const field = page.locator(".run-dialog .cm-content").first();
  await field.click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(input);
  await page.keyboard.press("Control+Enter");
  await page.locator(".run-dialog").waitFor({ state: "detached" });
}

export const journeys = [
  {
    name: "it shows the data of a run as soon as that run ends, says which run, and takes a sample in place",
    async run({ page, open }) {
      await open();
      await page.keyboard.press("Control+n");
      await node(page, "First").click();
      await page.getByRole("tab", { name: "Preview" }).click();
      await page.locator(".try-origin", { hasText: "an empty object" }).waitFor();
      await run(page, '{"round":1}');
      await page.locator('.stage[data-stage="Input"]', { hasText: /"round": 1/ }).waitFor();
      const first = await page.locator(".try-origin").textContent();
      expect(/^from run .+, \d\d:\d\d:\d\d/.test(first), `the run is named: ${first}`);
      await run(page, '{"round":2}');
      await page.locator('.stage[data-stage="Input"]', { hasText: /"round": 2/ }).waitFor();
      await page.getByRole("button", { name: "Edit input" }).click();
      const input = page.locator('.stage[data-stage="Input"] .cm-content');
      await input.click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText('{"mine":3}');
      await page.locator(".try-origin", { hasText: "your sample" }).waitFor();
      await page.locator('.stage[data-stage="Output"]', { hasText: /"mine": 3/ }).waitFor();
    },
  },
];
