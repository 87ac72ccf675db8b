// Twenty workflows of real projects: one edit of each kind, all undone, and not a byte has changed.

import { chmod, copyFile, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { realWorkflows } from "../harness.mjs";
import { editorText, expect, openByPath, waitFor } from "../steps.mjs";

const MANY = 20;

/** Files of all sizes and shapes: from the sorted list every so many, those with at least three states and no mistakes. */
async function chosen() {
  const files = (await realWorkflows()).sort();
  const fit = [];
  for (const file of files) {
    try {
      const { States } = JSON.parse(await readFile(file, "utf8"));
      if (Object.keys(States ?? {}).length >= 3) fit.push(file);
    } catch {
      // Placeholders outside of strings: still a workflow, but none of these twenty.
    }
  }
  const step = fit.length / MANY;
  return Array.from({ length: MANY }, (_, at) => fit[Math.floor(at * step)]);
}

/** Does an action of the palette by its name. */
async function command(page, name) {
  await page.keyboard.press("Control+k");
  await page.locator(".palette-input").fill(name);
  const first = page.locator("#palette-list [role=option]").first();
  await waitFor(`the palette has “${name}”`, async () =>
    (await first.textContent().catch(() => "")).toLowerCase().startsWith(name.toLowerCase()),
  );
  await page.keyboard.press("Enter");
  await page.locator("dialog.palette").waitFor({ state: "detached" });
}

/** A state of the top level that something follows, by the outline. */
async function selectState(page, name) {
  await page.keyboard.press("Control+p");
  await page.locator("#find-state").fill(name);
  await page.getByRole("tree", { name: "States" }).waitFor();
  await page
    .getByRole("treeitem", { level: 1 })
    .filter({ has: page.locator(".tree-name", { hasText: name }) })
    .first()
    .click();
  await page.locator("#find-state").fill("");
  await page.locator(".inspector").getByLabel("Name", { exact: true }).waitFor();
}

const KINDS = {
  add: async (page) => {
    await page.locator(".canvas").focus();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Shift+a");
    await page.locator("#find-piece").fill("Wait");
    await page.locator("button.piece", { hasText: "Wait" }).first().waitFor();
    await page.keyboard.press("Enter");
  },
  insert: async (page, name) => {
    await selectState(page, name);
    await page.keyboard.press("Control+Shift+a");
    await page.locator("#find-piece").fill("Pass");
    await page.locator("button.piece", { hasText: "Pass" }).first().waitFor();
    await page.keyboard.press("Enter");
  },
  rename: async (page, name) => {
    await selectState(page, name);
    const field = page.locator(".inspector").getByLabel("Name", { exact: true });
    await field.fill(`${name.slice(0, 60)} anew`);
    await field.press("Enter");
  },
  "set field": async (page, name) => {
    await selectState(page, name);
    const form = page.locator(".state-form");
    const comment = form.getByLabel("Comment", { exact: true });
    if ((await comment.count()) === 0) await form.getByRole("button", { name: "Add Comment", exact: true }).click();
    else {
      await comment.fill("Something else");
      await page.keyboard.press("Control+Enter");
    }
  },
  connect: async (page, name, { next }) => {
    await selectState(page, name);
    const select = page.locator(".form-section[data-group=flow]").getByLabel("Next", { exact: true });
    const others = await select.locator("option").evaluateAll((all) => all.map((option) => option.value));
    await select.selectOption(others.find((other) => other !== next && other !== ""));
  },
  wrap: async (page, name) => {
    await selectState(page, name);
    await command(page, "Put the selected state into a Parallel");
  },
  duplicate: async (page, name) => {
    await selectState(page, name);
    await command(page, "Duplicate the selected state");
  },
  paste: async (page, name) => {
    await selectState(page, name);
    await command(page, "Copy the selected state");
    await command(page, "Paste states");
  },
  delete: async (page, name) => {
    await selectState(page, name);
    await command(page, "Delete what is selected");
  },
};

export const journeys = [
  {
    name: "twenty real workflows take an edit of each kind and give back every byte",
    timeout: 20_000,
    skip: async () => ((await realWorkflows()) === null ? "no shared data: STEPWRIGHT_SHARED names its folder" : null),
    browser: { permissions: ["clipboard-read", "clipboard-write"], viewport: { width: 1600, height: 1000 } },
    async run({ page, open, folder }) {
      await open();
      await page.keyboard.press("Control+n");
      await page.keyboard.press("Alt+2");
      const done = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, 0]));
      for (const source of await chosen()) {
        const file = join(folder, basename(source));
        await copyFile(source, file);
        await chmod(file, 0o644);
        const bytes = await readFile(file);
        await openByPath(page, file);
        await page.waitForFunction(
          ([wanted, state]) =>
            document.querySelector(".tab.on .tab-name")?.textContent.includes(wanted) &&
            [...document.querySelectorAll(".react-flow__node .node-name")].some((node) => node.textContent === state),
          [basename(file).replace(/\.asl\.json$/, ""), Object.keys(JSON.parse(bytes.toString("utf8")).States)[0]],
        );
        const before = await editorText(page);
        const { States } = JSON.parse(bytes.toString("utf8"));
        // One that leads on, so that every kind of edit has something to do.
        const [name, state] =
          Object.entries(States).find(([, { Next, Type }]) => Next !== undefined && Type !== "Choice") ??
          Object.entries(States)[0];
        for (const [kind, work] of Object.entries(KINDS)) {
          if (kind === "connect" && state.Next === undefined) continue;
          try {
            await work(page, name, { next: state.Next });
          } catch (error) {
            throw new Error(`${kind} in ${basename(file)}: ${String(error)}`, { cause: error });
          }
          const changed = await waitFor(
            `${kind} changes ${basename(file)}`,
            async () => (await editorText(page)) !== before || (await page.locator(".message-bad").count()) > 0,
          );
          expect(changed, kind);
          if ((await editorText(page)) === before) {
            // Refused with a reason, which a person may read and put away.
            await page.locator(".message-bad").getByRole("button", { name: "Dismiss" }).first().click();
            continue;
          }
          done[kind]++;
          const undo = page.getByRole("button", { name: /^Undo/ });
          await waitFor(`${kind} in ${basename(file)} is undone`, async () => {
            if (await undo.isEnabled()) await undo.click();
            return (await editorText(page)) === before && (await undo.isDisabled());
          });
        }
        await page.locator(".tab.on .unsaved").waitFor({ state: "detached" });
        await page.keyboard.press("Control+s");
        expect(Buffer.compare(await readFile(file), bytes) === 0, `${basename(file)} has its bytes`);
        await page.keyboard.press("Control+w");
      }
      for (const [kind, times] of Object.entries(done))
        expect(times >= MANY * 0.75, `${kind} was done in ${String(times)} of ${String(MANY)} files`);
    },
  },
];
