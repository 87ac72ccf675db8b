// Two query languages: states of one pasted into a workflow of the other.

import { writeFile, readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, openByPath } from "../steps.mjs";

const node = (page, name) =>
  page.locator(".react-flow__node", { has: page.locator(".node-name", { hasText: new RegExp(`^${name}$`) }) });

async function opened(page, folder, name, machine) {
  const file = join(folder, `${name}.asl.json`);
  await writeFile(file, JSON.stringify(machine, null, 2));
  await openByPath(page, file);
  await node(page, "A").waitFor();
  return file;
}

async function pasted(page, fragment) {
  await page.evaluate((text) => navigator.clipboard.writeText(text), JSON.stringify(fragment));
  await page.locator(".canvas").focus();
  await page.keyboard.press("Control+v");
}

async function saved(page, file) {
  await page.keyboard.press("Control+s");
  await page.locator(".unsaved").waitFor({ state: "detached" });
  return JSON.parse(await readFile(file, "utf8"));
}

const browser = { permissions: ["clipboard-read", "clipboard-write"] };

export const journeys = [
  {
    name: "states of JSONPath pasted into a workflow of JSONata are converted when one says so, as one step",
    browser,
    async run({ page, open, folder }) {
      await open();
      const file = await opened(page, folder, "jsonata", {
        QueryLanguage: "JSONata",
        StartAt: "A",
        States: { A: { Type: "Pass", End: true } },
      });
      await pasted(page, { B: { Type: "Wait", SecondsPath: "$.delay", End: true } });
      await node(page, "B").waitFor();
      const message = page.locator(".message", { hasText: "The pasted state is written in JSONPath" });
      await message.waitFor();
      await message.getByRole("button", { name: "Convert it" }).click();
      await page.getByRole("button", { name: "Undo Convert “B” to JSONata" }).waitFor();
      await message.waitFor({ state: "detached" });
      const { B } = (await saved(page, file)).States;
      expect(B.SecondsPath === undefined && /^\{%.*delay.*%\}$/.test(B.Seconds), `it is JSONata: ${JSON.stringify(B)}`);
      await page.getByRole("button", { name: "Undo Convert “B” to JSONata" }).click();
      await page.getByRole("button", { name: "Undo Paste a state" }).waitFor();
    },
  },
  {
    name: "states of JSONata pasted into a workflow of JSONPath say what they are; the whole of it is converted in one step",
    browser,
    async run({ page, open, folder }) {
      await open();
      const file = await opened(page, folder, "jsonpath", {
        StartAt: "A",
        States: { A: { Type: "Pass", Parameters: { "id.$": "$.order.id" }, End: true } },
      });
      const before = await readFile(file, "utf8");
      await pasted(page, { B: { Type: "Pass", Output: "{% $states.input.a %}", End: true } });
      await node(page, "B").waitFor();
      await page.locator(".unsaved").waitFor();
      const mixed = await saved(page, file);
      expect(mixed.States.B.QueryLanguage === "JSONata", "the state says its language");
      expect(mixed.QueryLanguage === undefined, "the workflow stays what it is");
      await page.locator(".canvas").focus();
      await page.keyboard.press("Escape");
      await page.locator(".segments", { hasText: "JSONPath" }).getByText("JSONata", { exact: true }).click();
      await page.getByRole("button", { name: "Undo Convert the workflow to JSONata" }).waitFor();
      const after = await saved(page, file);
      expect(after.QueryLanguage === "JSONata", "the workflow is JSONata");
      expect(after.States.A.Parameters === undefined, `its states are: ${JSON.stringify(after.States.A)}`);
      expect(after.States.B.QueryLanguage === undefined, "no state says it again");
      for (const name of ["Undo Convert the workflow to JSONata", "Undo Paste a state"])
        await page.getByRole("button", { name }).click();
      await page.getByRole("button", { name: "Undo", exact: true }).waitFor();
      await page.keyboard.press("Control+s");
      await page.locator(".unsaved").waitFor({ state: "detached" });
      expect((await readFile(file, "utf8")) === before, "undo gives back every byte");
    },
  },
];
