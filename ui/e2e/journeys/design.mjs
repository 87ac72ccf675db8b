import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, statesDrawn, waitFor } from "../steps.mjs";

const node = (page, name) =>
  page.locator(".react-flow__node", {
    has: page.locator(".node-name", { hasText: new RegExp(`^${name.replace(/[?()]/g, "\\$&")}$`) }),
  });

async function middle(locator, dy = 0) {
  const box = await locator.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + (dy < 0 ? dy : dy > 0 ? box.height + dy : box.height / 2) };
}

/** A drag with moves in between, as a hand makes it. */
async function drag(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.locator(".ghost").waitFor();
  await page.mouse.up();
}

const piece = (page, name) =>
  page.locator("button.piece", { has: page.locator(".piece-title", { hasText: new RegExp(`^${name}$`) }) }).first();

async function savedText(page, file) {
  await page.keyboard.press("Control+s");
  await page.locator(".unsaved").waitFor({ state: "detached" });
  return readFile(file, "utf8");
}

export const journeys = [
  {
    name: "a selected container stays behind the states inside it",
    async run({ page, open, openExample }) {
      await open();
      await openExample("game-level");
      const container = page.locator(".react-flow__node", {
        has: page.locator(".container .node-name", { hasText: "Save Everything" }),
      });
      await container.locator("header").first().click();
      await page.locator(".container.selected").waitFor();
      const inside = await middle(node(page, "Save Score"));
      const onTop = await page.evaluate(
        ({ x, y }) =>
          document.elementFromPoint(x, y)?.closest(".react-flow__node")?.querySelector(".node-name")?.textContent,
        inside,
      );
      expect(onTop === "Save Score", `what is seen there is ${onTop}`);
    },
  },
  {
    name: "a state dragged onto a transition is inserted there; undo restores every byte",
    async run({ page, open, openExample, examples }) {
      const file = join(examples, "order-approval/order-approval.asl.json");
      const before = await readFile(file, "utf8");
      await open();
      await openExample("order-approval");
      await drag(page, await middle(piece(page, "Wait")), await middle(node(page, "Approved?"), -14));
      await node(page, "Wait").waitFor();
      const after = JSON.parse(await savedText(page, file));
      expect(
        after.States["Request Approval"].Next === "Wait" && after.States.Wait.Next === "Approved?",
        "the new state lies between the two",
      );
      await page.getByRole("button", { name: "Undo" }).click();
      await node(page, "Wait").waitFor({ state: "detached" });
      expect((await savedText(page, file)) === before, "undo restores the bytes");
    },
  },
  {
    name: "a transition is pulled from state to state, and refused with a reason where it cannot lead",
    async run({ page, open, openExample, examples }) {
      await open();
      await openExample("game-level");
      const pull = async (from, to) => {
        await node(page, from).click();
        const start = await middle(node(page, from), 1);
        await page.mouse.move(start.x, start.y);
        await page.mouse.down();
        await page.mouse.move(to.x, to.y, { steps: 6 });
        const hint = await page.locator(".ghost").textContent();
        await page.mouse.up();
        return hint;
      };
      const refusal = await pull("Level Finished", await middle(node(page, "Save Score")));
      expect(/cannot leave/.test(refusal), `a transition into a branch is refused: ${refusal}`);
      await pull("Level Finished", await middle(node(page, "Level Saved")));
      await page.locator(".unsaved").waitFor();
      const after = JSON.parse(await savedText(page, join(examples, "game-level/game-level.asl.json")));
      expect(after.States["Level Finished"].Next === "Level Saved", "the transition leads there now");
    },
  },
  {
    name: "a call of a service is found, added by keyboard after the selection, duplicated, wrapped and deleted",
    async run({ page, open }) {
      await open();
      await page.keyboard.press("Control+n");
      await node(page, "First").click();
      await page.keyboard.press("Control+Shift+A");
      await page.waitForFunction(() => document.activeElement?.id === "find-piece");
      await page.keyboard.type("s3 get object");
      await piece(page, "Get object").waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await node(page, "Get object").waitFor();
      await page.locator(".inspector h2, .inspector .state-name-field").first().waitFor();
      await page.keyboard.press("Alt+1");
      await page.waitForFunction(() => document.activeElement?.classList.contains("canvas"));
      await page.keyboard.press("Control+d");
      await waitFor("the copy is drawn", async () => (await statesDrawn(page)).length === 3);
      await page.keyboard.press("Control+z");
      await waitFor("the copy is gone", async () => (await statesDrawn(page)).length === 2);
      await node(page, "Get object").click({ button: "right" });
      await page.getByRole("menuitem", { name: "Put into a Parallel" }).click();
      await page.locator(".container", { hasText: "Get object" }).waitFor();
      await page.keyboard.press("Control+z");
      await page.locator(".container").waitFor({ state: "detached" });
      await node(page, "Get object").click();
      await page.keyboard.press("Delete");
      await waitFor("the state is gone", async () => (await statesDrawn(page)).join() === "First");
    },
  },
  {
    name: "the inspector's form renames a state and its references and sets fields, touching nothing else",
    async run({ page, open, openExample, examples }) {
      const file = join(examples, "order-approval/order-approval.asl.json");
      const before = await readFile(file, "utf8");
      await open();
      await openExample("order-approval");
      await node(page, "Approved?").click();
      await page.getByLabel("Name", { exact: true }).fill("Decided?");
      await page.keyboard.press("Enter");
      await node(page, "Decided?").waitFor();
      await page.getByLabel("Value", { exact: true }).fill("yes");
      await page.keyboard.press("Enter");
      await page.locator(".edge-label", { hasText: '"yes"' }).waitFor();
      await node(page, "Process Order").click();
      await page.getByLabel("MaxAttempts").first().fill("6");
      await page.keyboard.press("Enter");
      await waitFor(
        "the picture of the delays follows",
        async () => (await page.locator(".backoff").first().locator(".retry").count()) === 6,
      );
      await page.getByRole("button", { name: "Add TimeoutSeconds" }).click();
      await page.getByLabel("TimeoutSeconds", { exact: true }).waitFor();
      const text = await savedText(page, file);
      const after = JSON.parse(text);
      expect(after.States["Request Approval"].Next === "Decided?", "the reference was renamed too");
      expect(after.States["Decided?"].Choices[0].StringEquals === "yes", "the rule compares with the new value");
      expect(after.States["Process Order"].TimeoutSeconds === 60, "the field was added");
      expect(after.States["Process Order"].Retry[0].MaxAttempts === 6, "the Retrier has the new number");
      const kept = before.split("\n").filter((line) => !text.split("\n").includes(line));
      expect(kept.length <= 6, `only the lines that had to change did:\n${kept.join("\n")}`);
      while (await page.getByRole("button", { name: "Undo" }).isEnabled())
        await page.getByRole("button", { name: "Undo" }).click();
      await node(page, "Approved?").waitFor();
      expect((await savedText(page, file)) === before, "undoing all restores the bytes");
    },
  },
  {
    name: "a blueprint becomes a new workflow",
    async run({ page, open }) {
      await open();
      await page.keyboard.press("Control+k");
      await page.locator(".palette-input").fill("blueprint");
      await page.keyboard.press("Enter");
      const cards = page.locator(".blueprints .card");
      await waitFor("at least ten blueprints", async () => (await cards.count()) >= 10);
      await cards.filter({ hasText: "Order approval" }).dblclick();
      await page.waitForSelector(".canvas[data-ready] .react-flow__node .node-name");
    },
  },
  {
    name: "a workflow built from nothing with the mouse alone runs",
    async run({ page, open }) {
      await page.addInitScript(() =>
        localStorage.setItem(
          "stepwright-run",
          JSON.stringify({ state: { clock: { type: "virtual" }, pace: 7, express: false }, version: 1 }),
        ),
      );
      await open();
      await page.getByRole("button", { name: /^New workflow/ }).click();
      await node(page, "First").waitFor();
      for (const name of ["Wait", "Pass", "Succeed"]) {
        const last = (await statesDrawn(page)).at(-1);
        await drag(page, await middle(piece(page, name)), await middle(node(page, last)));
        await node(page, name).waitFor();
      }
      await page.getByRole("button", { name: /^Run/ }).first().click();
      await page.getByRole("button", { name: /^Run Ctrl/ }).click();
      await page.locator('.banner[data-status="succeeded"]').waitFor();
    },
  },
];
