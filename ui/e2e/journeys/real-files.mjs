// Twenty workflows of real projects: one edit of each kind, all undone, and not a byte has changed.

import { chmod, copyFile, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { realWorkflows } from "../harness.mjs";
import { editorText, expect, openByPath, waitFor } from "../steps.mjs";

const MANY = 20;

const pointer = (name) => `/States/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
const isPlain = ({ Type, Next }) => Type !== "Choice" && Next !== undefined;

/** A file with what it has at its top level, and the state to work on: one that leads on, so that every kind of edit has
 * something to do. Nothing where there is none. */
async function suited(file) {
  try {
    const { States } = JSON.parse(await readFile(file, "utf8"));
    const names = Object.keys(States ?? {});
    const name = names.find((candidate) => isPlain(States[candidate]) && States[candidate].Next in States);
    // One to lead to that it does not lead to yet.
    const other = names.find((candidate) => candidate !== name && candidate !== States[name]?.Next);
    return name === undefined || other === undefined ? null : { file, name, other, first: names[0] };
  } catch {
    // Placeholders outside of strings: still a workflow, but none of these twenty.
    return null;
  }
}

/** Files of all sizes and shapes: from the sorted list every so many. */
async function chosen() {
  const fit = [];
  for (const file of (await realWorkflows()).sort()) {
    const found = await suited(file);
    if (found) fit.push(found);
  }
  return Array.from({ length: MANY }, (_, at) => fit[Math.floor((at * fit.length) / MANY)]);
}

const canvas = (page) => page.locator(".canvas");
const item = (page, name) => page.locator(`[role=treeitem][data-id=${JSON.stringify(pointer(name))}]`);

/** Shows the outline, which stays beside. */
async function outline(page) {
  if ((await page.getByRole("tree", { name: "States" }).count()) > 0) return;
  await page.keyboard.press("Control+p");
  await page.getByRole("tree", { name: "States" }).waitFor();
}

/** Selects a state by the outline and puts the keyboard onto the canvas. */
async function select(page, name) {
  await outline(page);
  await item(page, name).click();
  await page.waitForFunction((id) => document.querySelector(".tree-item.on")?.dataset.id === id, pointer(name));
  await canvas(page).focus();
}

/** Adds a piece of the palette by keyboard: behind what is selected, else at the end. */
async function piece(page, name) {
  await page.keyboard.press("Control+Shift+a");
  await page.locator("#find-piece").fill(name);
  await page.locator("button.piece", { hasText: name }).first().waitFor();
  await page.locator("#find-piece").press("Enter");
}

/** Copies what is selected, and waits until the clipboard has it. */
async function copied(page, key) {
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await page.keyboard.press(key);
  await waitFor("the clipboard has the state", () => page.evaluate(() => navigator.clipboard.readText()));
}

/** Every kind of edit: what Undo says of it, how it is done with a selected state, and how many steps that takes. */
const KINDS = {
  add: [
    // Behind the last state where there is one, else on its own.
    /^Undo (Add|Insert) /,
    async (page) => {
      await page.keyboard.press("Escape");
      await piece(page, "Wait");
    },
  ],
  insert: [/^Undo Insert /, (page) => piece(page, "Pass")],
  rename: [
    /^Undo Rename /,
    async (page, { name }) => {
      const input = page.locator(".inspector .state-name-field");
      await input.fill(`${name.slice(0, 60)} anew`);
      await input.press("Enter");
    },
  ],
  "set field": [
    /^Undo (Set|Add) .*Comment/,
    async (page) => {
      // Its own: fields of catchers and tasks are called like that too.
      const about = page.locator(".form-section[data-group=about]");
      const comment = about.getByLabel("Comment", { exact: true });
      const fresh = about.getByRole("button", { name: "Add Comment", exact: true });
      await comment.or(fresh).first().waitFor();
      if (await fresh.isVisible()) await fresh.click();
      else {
        await comment.fill("Something else");
        await comment.press("Control+Enter");
      }
    },
  ],
  connect: [
    /^Undo Connect /,
    async (page, { other }) => {
      await page.keyboard.press("c");
      const input = page.locator(".target-picker input");
      await input.fill(other);
      await page.locator(".target-picker [role=option]", { hasText: other }).first().waitFor();
      await input.press("Enter");
    },
  ],
  reconnect: [
    /^Undo (Connect |Disconnect)/,
    async (page) => {
      await page.keyboard.press("t");
      await page.locator(".react-flow__edge.selected, .edge.selected").first().waitFor({ state: "attached" });
      await page.keyboard.press("Enter");
      await page.locator(".target-picker [role=option]").first().waitFor();
      await page.locator(".target-picker input").press("Enter");
    },
  ],
  wrap: [
    /^Undo Wrap /,
    async (page) => {
      await page.keyboard.press("Control+k");
      await page.locator(".palette-input").fill("Put the selected state into a Parallel");
      await page.getByRole("option", { name: /^Put the selected state into a Parallel/ }).waitFor();
      await page.keyboard.press("Enter");
    },
  ],
  // Few files have a container beside the state: one is added for it.
  move: [
    /^Undo Move /,
    async (page, { name }) => {
      await page.keyboard.press("Escape");
      await piece(page, "Parallel");
      await page.getByRole("button", { name: /^Undo (Add|Insert) “Parallel/ }).waitFor();
      await select(page, name);
      await page.keyboard.press("m");
      const input = page.locator(".target-picker input");
      await input.fill("Parallel");
      await page.locator(".target-picker [role=option]", { hasText: "Parallel" }).first().waitFor();
      await input.press("Enter");
    },
    2,
  ],
  duplicate: [/^Undo Duplicate /, (page) => page.keyboard.press("Control+d")],
  paste: [
    /^Undo Paste /,
    async (page) => {
      await copied(page, "Control+c");
      await page.keyboard.press("Control+v");
    },
  ],
  cut: [/^Undo Cut /, (page) => copied(page, "Control+x")],
  delete: [/^Undo Delete /, (page) => page.keyboard.press("Delete")],
};

/** The states of the outline: the graph of the text, not that of a text before it. */
const states = (page) =>
  page.locator("[role=treeitem]").evaluateAll((items) => items.map(({ dataset }) => dataset.id).join("\n"));

async function eachKind(page, folder, { file: source, name, other, first }) {
  const file = join(folder, basename(source));
  await copyFile(source, file);
  await chmod(file, 0o644);
  const bytes = await readFile(file);
  await openByPath(page, file);
  await page.locator(".tab.on .tab-name", { hasText: basename(file).replace(/\.asl\.json$/, "") }).waitFor();
  await outline(page);
  await item(page, first).waitFor();
  const before = await editorText(page);
  const inOutline = await states(page);
  const undo = page.getByRole("button", { name: /^Undo/ });
  for (const [kind, [word, work, steps = 1]] of Object.entries(KINDS)) {
    try {
      await select(page, name);
      await work(page, { name, other });
      await page.getByRole("button", { name: word }).waitFor();
      expect((await editorText(page)) !== before, "the text has changed");
      for (let step = 1; step <= steps; step++) {
        const label = await undo.getAttribute("aria-label");
        await undo.click();
        await waitFor("it is undone", async () => (await undo.getAttribute("aria-label")) !== label);
      }
      await waitFor("all is undone", async () => (await undo.isDisabled()) && (await editorText(page)) === before);
      await outline(page);
      await waitFor("the graph is the one before", async () => (await states(page)) === inOutline);
      // What was selected before it is selected again; the first edit had nothing, the reconnected was a transition, and before
      // the container was made another state was selected.
      if (kind !== "add" && kind !== "reconnect" && kind !== "move")
        await page.waitForFunction((id) => document.querySelector(".tree-item.on")?.dataset.id === id, pointer(name));
    } catch (error) {
      const said = await page.locator(".message-bad").allTextContents();
      throw new Error(`${kind} of “${name}” in ${basename(file)}: ${String(error)} ${said.join(" ")}`, {
        cause: error,
      });
    }
  }
  await page.locator(".tab.on .unsaved").waitFor({ state: "detached" });
  await page.keyboard.press("Control+s");
  expect(Buffer.compare(await readFile(file), bytes) === 0, `${basename(file)} has its bytes`);
  await page.keyboard.press("Control+w");
  await page.locator(".tab").waitFor({ state: "detached" });
}

const half = (which, part) => ({
  name: `${which} of twenty real workflows take an edit of each kind and give back every byte`,
  timeout: 15_000,
  skip: async () => ((await realWorkflows()) === null ? "no shared data: STEPWRIGHT_SHARED names its folder" : null),
  browser: { permissions: ["clipboard-read", "clipboard-write"], viewport: { width: 1600, height: 1000 } },
  async run({ page, open, folder }) {
    await open();
    await page.keyboard.press("Alt+2");
    const files = await chosen();
    for (const file of part(files)) await eachKind(page, folder, file);
  },
});

export const journeys = [
  half("the first ten", (files) => files.slice(0, MANY / 2)),
  half("the last ten", (files) => files.slice(MANY / 2)),
];
