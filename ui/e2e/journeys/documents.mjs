import { appendFile, readFile, writeFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";

import { realWorkflows } from "../harness.mjs";
import { editor, expect, openByPath, statesDrawn, waitFor } from "../steps.mjs";

export const journeys = [
  {
    name: "an example opens with every state and transition on the canvas",
    async run({ page, open, openExample }) {
      await open();
      await openExample("order-approval");
      const states = await statesDrawn(page);
      for (const name of ["Process Order", "Request Approval", "Approved?"])
        expect(states.includes(name), `${name} is drawn`);
      expect(
        (await page.locator(".react-flow__edge .edge-line").count()) >= states.length - 1,
        "transitions are drawn",
      );
      await page.keyboard.press("Control+p");
      await page.getByRole("treeitem").first().waitFor();
      expect((await page.getByRole("treeitem").count()) === states.length, "the outline has every state");
    },
  },
  {
    name: "canvas, outline, code and inspector share one selection",
    async run({ page, open, openExample }) {
      await open();
      await openExample("order-approval");
      await page.keyboard.press("Alt+2");
      await page.keyboard.press("Control+p");
      await page.locator(".react-flow__node", { hasText: "Request Approval" }).click();
      await page.locator(".inspector h2", { hasText: "Request Approval" }).waitFor();
      await page.locator(".document-editor .cm-state-lines", { hasText: "Request Approval" }).first().waitFor();
      expect(
        (await page.getByRole("treeitem", { selected: true }).textContent()).includes("Request Approval"),
        "the outline follows",
      );
      await editor(page).getByText("Notify Expired", { exact: false }).first().click();
      await waitFor("the cursor selects the state it is in", async () =>
        /Request Approval|Notify Expired/.test(await page.locator(".inspector h2").textContent()),
      );
      await page.getByRole("treeitem", { name: /^Out Of Stock/ }).click();
      await page.locator(".react-flow__node.selected", { hasText: "Out Of Stock" }).waitFor();
    },
  },
  {
    name: "broken JSON keeps the last good graph, greyed, says why, and mending it brings the colours back",
    async run({ page, open, openExample }) {
      await open();
      await openExample("nightly-backup");
      const before = await statesDrawn(page);
      await page.keyboard.press("Alt+2");
      await editor(page).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("}");
      await page.locator(".canvas.old").waitFor();
      expect((await statesDrawn(page)).length === before.length, "the last good graph stays");
      expect(/line \d+/.test(await page.locator(".chip-bad").textContent()), "the chip names the line");
      await page.locator(".document-editor .cm-lintRange-error").first().waitFor();
      await page.keyboard.press("Control+z");
      await page.locator(".canvas:not(.old)").waitFor();
    },
  },
  {
    name: "the canvas follows the text while it is typed",
    async run({ page, open, openExample }) {
      await open();
      await openExample("contact-form");
      await page.keyboard.press("Alt+2");
      const name = (await statesDrawn(page))[0];
      await editor(page).click();
      await page.keyboard.press("Control+f");
      await page.keyboard.type(`"${name}": {`);
      await page.keyboard.press("Enter");
      await page.keyboard.press("Escape");
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowRight");
      // In one piece: on a busy machine letters may come apart far enough to be undone one by one.
      await page.keyboard.insertText("New ");
      await waitFor("the renamed state is drawn", async () =>
        (await statesDrawn(page)).some((state) => state === `New ${name}`),
      );
      await page.locator(".unsaved").waitFor();
      await page.keyboard.press("Control+z");
      await waitFor("undo brings the name back", async () => (await statesDrawn(page)).includes(name));
      await page.locator(".unsaved").waitFor({ state: "detached" });
    },
  },
  {
    name: "saving writes the file and nothing but the change",
    async run({ page, open, openExample, examples }) {
      const file = join(examples, "nightly-backup/nightly-backup.asl.json");
      const before = await readFile(file, "utf8");
      await open();
      await openExample("nightly-backup");
      await page.keyboard.press("Alt+3");
      await editor(page).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("\n");
      await page.locator(".unsaved").waitFor();
      await page.keyboard.press("Control+s");
      await page.locator(".unsaved").waitFor({ state: "detached" });
      expect((await readFile(file, "utf8")) === `${before}\n`, "only the typed line end was added");
    },
  },
  {
    name: "a change on disk is taken up at once when nothing is unsaved",
    async run({ page, open, openExample, examples }) {
      const file = join(examples, "nightly-backup/nightly-backup.asl.json");
      await open();
      await openExample("nightly-backup");
      const text = await readFile(file, "utf8");
      const name = (await statesDrawn(page))[0];
      await writeFile(file, text.replaceAll(`"${name}"`, `"Renamed Outside"`));
      await waitFor("the canvas shows the new text", async () => (await statesDrawn(page)).includes("Renamed Outside"));
      expect((await page.locator(".unsaved").count()) === 0, "nothing is unsaved");
    },
  },
  {
    name: "a change on disk beside unsaved edits asks: difference, theirs or mine",
    async run({ page, open, openExample, examples }) {
      const file = join(examples, "nightly-backup/nightly-backup.asl.json");
      await open();
      await openExample("nightly-backup");
      await page.keyboard.press("Alt+3");
      await editor(page).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("\n\n");
      await page.locator(".unsaved").waitFor();
      await appendFile(file, "   ");
      await page.locator(".conflict-bar").waitFor();
      await page.getByRole("button", { name: "Choose…" }).click();
      await page.locator(".difference .cm-content").waitFor();
      await page.getByRole("button", { name: "Keep mine" }).click();
      await page.locator("dialog").waitFor({ state: "detached" });
      await page.locator(".unsaved").waitFor({ state: "detached" });
      const mine = await readFile(file, "utf8");
      expect(mine.endsWith("\n\n"), "mine is on disk");

      await editor(page).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type(" ");
      await page.locator(".unsaved").waitFor();
      const theirs = mine.replace(/\n\n$/, "\n");
      await writeFile(file, theirs);
      await page.locator(".conflict-bar").waitFor();
      await page.getByRole("button", { name: "Choose…" }).click();
      await page.getByRole("button", { name: "Take theirs" }).click();
      await page.locator(".conflict-bar").waitFor({ state: "detached" });
      await page.locator(".unsaved").waitFor({ state: "detached" });
      await page.keyboard.press("Control+z");
      await page.locator(".unsaved").waitFor();
    },
  },
  {
    name: "closing a tab with unsaved text asks first",
    async run({ page, open, openExample }) {
      await open();
      await openExample("game-level");
      await page.keyboard.press("Alt+3");
      await editor(page).click();
      await page.keyboard.type(" ");
      await page.locator(".unsaved").waitFor();
      await page.getByRole("button", { name: /^Close game-level/ }).click();
      await page.getByRole("heading", { name: /^Save game-level/ }).waitFor();
      await page.getByRole("button", { name: "Cancel", exact: true }).click();
      expect((await page.locator(".tab").count()) === 1, "cancelling keeps the tab");
      await page.getByRole("button", { name: /^Close game-level/ }).click();
      await page.getByRole("button", { name: "Close without saving" }).click();
      await page.locator(".start").waitFor();
    },
  },
  {
    name: "a new workflow is saved under a name and is among the recent files afterwards",
    async run({ page, open, folder }) {
      await open();
      await page.keyboard.press("Control+n");
      await page.waitForSelector(".canvas[data-ready] .react-flow__node");
      await page.keyboard.press("Control+s");
      await page.getByLabel("File name").fill(join(folder, "mine.asl.json"));
      await page.keyboard.press("Enter");
      await page.locator("dialog").waitFor({ state: "detached" });
      expect(
        JSON.parse(await readFile(join(folder, "mine.asl.json"), "utf8")).StartAt === "First",
        "the file holds the workflow",
      );
      await page.getByRole("button", { name: /^Close mine/ }).click();
      await page.getByRole("button", { name: /^mine/ }).first().waitFor();
      await rm(join(folder, "mine.asl.json"));
      await page.reload();
      await page.getByText("gone", { exact: false }).waitFor();
    },
  },
  {
    name: "the file dialog walks through folders by keyboard",
    async run({ page, open }) {
      await open();
      await page.keyboard.press("Control+o");
      await page.getByRole("option", { name: "examples" }).waitFor();
      await page.keyboard.type("examples");
      await page.keyboard.press("Enter");
      await page.getByRole("option", { name: "game-level" }).waitFor();
      await page.keyboard.type("game-level");
      await page.keyboard.press("Enter");
      await page.getByRole("option", { name: "game-level.asl.json" }).waitFor();
      await page.keyboard.type("game-level.asl");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".canvas[data-ready] .react-flow__node");
    },
  },
  {
    name: "what cannot be opened is said plainly",
    async run({ page, open, folder }) {
      await open();
      await page.keyboard.press("Control+o");
      await page.getByLabel("Path", { exact: true }).fill(join(folder, "nowhere.json"));
      await page.keyboard.press("Enter");
      await page.locator(".message-bad").waitFor();
    },
  },
  {
    name: "every real workflow shows a graph or a precise diagnostic",
    timeout: 20_000,
    skip: async () => ((await realWorkflows()) === null ? "no shared data" : null),
    async run({ page, open }) {
      const files = await realWorkflows();
      await open();
      const blank = [];
      for (const file of files) {
        await openByPath(page, file);
        const outcome = await waitFor(
          `${basename(file)} shows something`,
          async () =>
            page.evaluate(() => {
              // The picture drawn is that of the tab in front: its name begins with the tab's.
              const tab = document.querySelector(".tab.on")?.dataset.tab;
              const ready = tab !== undefined && document.querySelector(".canvas")?.dataset.ready === `${tab}|`;
              const states = document.querySelectorAll(".canvas .react-flow__node .node-name").length;
              const lines = document.querySelectorAll(".canvas .edge-line").length;
              const chip = document.querySelector(".chip-bad")?.textContent ?? "";
              if (ready && states > 0 && lines > 0) return { states, lines };
              return /line \d+/.test(chip) ? { chip } : null;
            }),
          15_000,
        ).catch((error) => ({ error: String(error) }));
        if (outcome.error) blank.push(outcome.error);
        await page.keyboard.press("Control+w");
        await page.locator(".start").waitFor();
      }
      expect(blank.length === 0, `${blank.length} of ${files.length} show nothing:\n${blank.join("\n")}`);
    },
  },
];
