// Each example built from an empty file in the designer, with the mouse alone: the result runs like the example.

import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Builder, differences, KeyboardBuilder } from "../builder.mjs";
import { expect, openByPath, waitFor } from "../steps.mjs";

/** As fast as it goes, with waits that pass at once. */
const FAST = JSON.stringify({ state: { clock: { type: "virtual" }, pace: 7, express: false }, version: 1 });

const call = (page, command, request) =>
  page.evaluate(
    async ([name, body]) => {
      const response = await fetch(`/call/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      return (await response.json()).ok;
    },
    [command, request],
  );

/** An empty file in a folder of its own, with the example's mocks and input beside it. */
export async function emptyBeside(folder, examples, name) {
  const place = join(folder, "built");
  await mkdir(place, { recursive: true });
  for (const file of ["MockConfigFile.json", `${name}.input.json`])
    await copyFile(join(examples, name, file), join(place, file));
  const path = join(place, `${name}.asl.json`);
  await writeFile(path, "");
  return path;
}

/** Runs the document in front with its first test case and answers how it ended. */
export async function runInWindow(page) {
  await page.getByRole("button", { name: /^Run/ }).first().click();
  await page.getByRole("button", { name: /^Run Ctrl/ }).click();
  await page.locator('.banner[data-status="succeeded"], .banner[data-status="failed"]').first().waitFor();
  const { executions } = await call(page, "list_executions", { path: null, limit: 1, before: null });
  const { summary, output } = await call(page, "get_execution", { execution: executions[0].execution });
  return { status: summary.status, output: output === null ? null : JSON.parse(output) };
}

/** Compares what was built with the example, then how both end. */
async function compare(page, file, example, wanted, name) {
  const different = differences(JSON.parse(await readFile(file, "utf8")), wanted);
  expect(different.length === 0, `the built workflow differs from the example:\n${different.join("\n")}`);
  const ended = await runInWindow(page);
  await openByPath(page, example);
  await waitFor("the example is in front", async () => (await page.locator(".tab.on").textContent()).includes(name));
  await page.waitForSelector(".canvas[data-ready] .react-flow__node");
  const original = await runInWindow(page);
  expect(
    ended.status === original.status && differences(ended.output, original.output).length === 0,
    `it ends like the example: ${JSON.stringify(ended)} and not ${JSON.stringify(original)}`,
  );
}

const build = (name) => ({
  name: `${name} is built with the mouse alone and runs like the example`,
  timeout: 15_000,
  browser: { viewport: { width: 1900, height: 1300 } },
  async run({ page, open, folder, examples }) {
    await page.addInitScript((settings) => {
      localStorage.setItem("stepwright-run", settings);
    }, FAST);
    const example = join(examples, name, `${name}.asl.json`);
    const wanted = JSON.parse(await readFile(example, "utf8"));
    const file = await emptyBeside(folder, examples, name);
    await open();
    await openByPath(page, file);
    await page.getByRole("button", { name: wanted.QueryLanguage ?? "JSONPath", exact: true }).click();
    await page.getByText("No states yet.").waitFor();
    const builder = new Builder(page);
    await builder.build(wanted);
    await builder.workflow(wanted);

    await page.getByRole("button", { name: "File", exact: true }).click();
    await page.getByRole("menuitem", { name: /^Save Ctrl/ }).click();
    await page.locator(".unsaved").waitFor({ state: "detached" });
    await compare(page, file, example, wanted, name);
  },
});

const byKeyboard = {
  name: "nightly-backup is built with the keyboard alone and runs like the example",
  timeout: 15_000,
  browser: { viewport: { width: 1900, height: 1300 } },
  async run({ page, open, folder, examples }) {
    await page.addInitScript((settings) => {
      localStorage.setItem("stepwright-run", settings);
    }, FAST);
    const name = "nightly-backup";
    const example = join(examples, name, `${name}.asl.json`);
    const wanted = JSON.parse(await readFile(example, "utf8"));
    const file = await emptyBeside(folder, examples, name);
    await open();
    await openByPath(page, file);
    const builder = new KeyboardBuilder(page);
    await builder.hand.click(page.getByRole("button", { name: "JSONPath", exact: true }));
    await page.getByText("No states yet.").waitFor();
    // A Choice needs something to go on to, so what follows it is there first.
    const order = [
      ["Start Snapshot", null],
      ["Wait For Snapshot", "Start Snapshot"],
      ["Describe Snapshot", "Wait For Snapshot"],
      ["Backed Up", "Describe Snapshot"],
      ["Complete?", "Describe Snapshot"],
      ["Backup Failed", null],
    ];
    for (const [state, after] of order)
      await builder.add(state, wanted.States[state], after === null ? null : `/States/${after}`);
    for (const [state, definition] of Object.entries(wanted.States)) {
      if (definition.Next) await builder.lead(state, definition);
      await builder.fill("", state, definition);
    }
    await builder.workflow(wanted);
    await page.keyboard.press("Control+s");
    await page.locator(".unsaved").waitFor({ state: "detached" });
    await compare(page, file, example, wanted, name);
  },
};

export const journeys = [
  ...["contact-form", "game-level", "library-loan", "nightly-backup", "order-approval"].map(build),
  byKeyboard,
];
