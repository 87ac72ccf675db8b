// The canvas in the hand: selecting several states, reconnecting, going into containers, finding.

import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, openByPath, waitFor } from "../steps.mjs";

const exactly = (name) => new RegExp(`^${name.replace(/[?()]/g, "\\$&")}$`);
const node = (page, name) =>
  page.locator(".react-flow__node", { has: page.locator(".node-name", { hasText: exactly(name) }) });

async function middle(locator) {
  const box = await locator.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + Math.min(box.height, 40) / 2 };
}

async function pull(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 3 });
}

const selectedNames = (page) =>
  page
    .locator(".react-flow__node :is(.node, .container).selected")
    .evaluateAll((nodes) => nodes.map((found) => found.querySelector(".node-name").textContent).sort());

async function savedText(page, file) {
  await page.keyboard.press("Control+s");
  await page.locator(".unsaved").waitFor({ state: "detached" });
  return readFile(file, "utf8");
}

const undo = (page) => page.getByRole("button", { name: "Undo" });

/** Undoes everything and gives the bytes that are then saved. */
async function afterUndoing(page, file) {
  while (await undo(page).isEnabled()) await undo(page).click();
  return savedText(page, file);
}

export const journeys = [
  {
    name: "the picture fits the room it has, and what is selected stays in view",
    async run({ page, open, openExample }) {
      await open();
      await openExample("library-loan");
      const inside = async (locator) => {
        const box = await locator.boundingBox();
        const frame = await page.locator(".canvas").boundingBox();
        if (!box || !frame) return false;
        const right = box.x + box.width <= frame.x + frame.width;
        return box.x >= frame.x && right && box.y >= frame.y && box.y + box.height <= frame.y + frame.height;
      };
      const selected = node(page, "Remind Reader");
      // The leftmost, the rightmost and the last.
      const corners = ["What Did The Reader Say?", "Already Lent", "Grace Period"].map((name) => node(page, name));
      const whole = async () => (await Promise.all(corners.map(inside))).every(Boolean);
      await waitFor("all of it is in view", whole);
      await selected.click();
      await page.keyboard.press("Alt+2");
      await page.locator(".document-editor").waitFor();
      await waitFor("the selected state is in view beside the code", () => inside(selected));
      await page.keyboard.press("Alt+1");
      await page.locator(".document-editor").waitFor({ state: "detached" });
      await waitFor("all of it is in view again", whole);
      await page.keyboard.press("Control+j");
      await page.locator(".bottom-page").waitFor();
      await waitFor("and above the panel", whole);
    },
  },
  {
    name: "fitting never enlarges, and Enter presses the button it stands on",
    async run({ page, open }) {
      await open();
      await page.keyboard.press("Control+n");
      await node(page, "First").click();
      const zoom = page.locator(".zoom-number");
      const zoomed = (percent) => page.locator(".zoom-number", { hasText: percent }).waitFor();
      const canvas = page.locator(".canvas");
      for (const key of ["1", "2"]) {
        await canvas.focus();
        await page.keyboard.press("+");
        await zoomed(/^1[1-9]\d %$/);
        await page.keyboard.press(key);
        await zoomed(/^100 %$/);
      }
      const button = page.getByRole("button", { name: "Zoom in", exact: true });
      for (const key of ["Enter", "Space"]) {
        const before = await zoom.textContent();
        await button.focus();
        await page.keyboard.press(key);
        await waitFor(`${key} zooms in`, async () => parseInt(await zoom.textContent()) > parseInt(before));
        expect(await button.evaluate((element) => element === document.activeElement), `${key} leaves the focus`);
      }
    },
  },
  {
    name: "several states are selected by shift and by lasso, wrapped, duplicated, deleted and undone as one step each",
    async run({ page, open, openExample, examples }) {
      const file = join(examples, "order-approval/order-approval.asl.json");
      const before = await readFile(file, "utf8");
      const { States, StartAt } = JSON.parse(before);
      const first = StartAt,
        second = States[StartAt].Next;
      await open();
      await openExample("order-approval");
      await node(page, first).click();
      await node(page, second).click({ modifiers: ["Shift"] });
      expect((await selectedNames(page)).join() === [first, second].sort().join(), "shift adds to the selection");

      await page.locator(".canvas").focus();
      await page.keyboard.press("Control+d");
      await node(page, `${first} 2`).waitFor();
      await waitFor("the copies are selected", async () => (await selectedNames(page)).length === 2);
      await undo(page).click();
      await node(page, `${first} 2`).waitFor({ state: "detached" });

      // A lasso around the same two, with Shift from beside the first to below the second.
      await page.keyboard.press("Escape");
      await page.locator(".canvas:not(.moving)").waitFor();
      const [one, two] = [await node(page, first).boundingBox(), await node(page, second).boundingBox()];
      await page.keyboard.down("Shift");
      await pull(
        page,
        { x: Math.min(one.x, two.x) - 30, y: one.y - 8 },
        { x: one.x + one.width / 2, y: two.y + two.height / 2 },
      );
      await page.locator(".lasso").waitFor();
      await page.mouse.up();
      await page.keyboard.up("Shift");
      expect((await selectedNames(page)).join() === [first, second].sort().join(), "the lasso selects what it touches");

      await page.getByTestId("canvas").click({ button: "right", position: await inCanvas(page, node(page, first)) });
      await page.getByRole("menuitem", { name: "Run side by side in a Parallel" }).click();
      await node(page, "Side by side").waitFor();
      const wrapped = JSON.parse(await savedText(page, file));
      expect(wrapped.StartAt === "Side by side", "the workflow starts with both");
      expect(wrapped.States["Side by side"].Branches.length === 2, "each has its branch");

      await undo(page).click();
      await node(page, "Side by side").waitFor({ state: "detached" });
      await node(page, first).click();
      await node(page, second).click({ modifiers: ["Shift"] });
      await page.locator(".canvas").focus();
      await page.keyboard.press("Delete");
      await node(page, second).waitFor({ state: "detached" });
      await undo(page).hover();
      await page.getByText("Undo Delete 2 states").first().waitFor();
      expect((await afterUndoing(page, file)) === before, "undo restores every byte");
    },
  },
  {
    name: "states are copied from one file and pasted onto a transition of another",
    browser: { permissions: ["clipboard-read", "clipboard-write"] },
    async run({ page, open, openExample, examples }) {
      await open();
      await openExample("game-level");
      await node(page, "Save Items").locator("header").click();
      await page.locator(".canvas").focus();
      await page.keyboard.press("Control+c");
      await waitFor("the clipboard holds the state as text", () =>
        page.evaluate(() => globalThis.navigator.clipboard.readText().then((text) => text.includes('"Save Items"'))),
      );
      await openByPath(page, join(examples, "order-approval/order-approval.asl.json"));
      await node(page, "Approved?").waitFor();
      await page.locator(".canvas").focus();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("t");
      await page.locator(".edge.selected").waitFor({ state: "attached" });
      await page.keyboard.press("Control+v");
      await node(page, "Save Items").waitFor();
      const file = join(examples, "order-approval/order-approval.asl.json");
      const { StartAt, States } = JSON.parse(await savedText(page, file));
      expect(States[StartAt].Next === "Save Items", "it lies on the transition");
      expect(States["Save Items"].Next !== undefined && States["Save Items"].Type === "Map", "and leads on");
    },
  },
  {
    name: "an end of a transition is pulled to another state; legal targets light up; Escape leaves all as it was",
    async run({ page, open, openExample, examples }) {
      const file = join(examples, "game-level/game-level.asl.json");
      const before = await readFile(file, "utf8");
      await open();
      await openExample("game-level");
      await page.locator(".canvas").focus();
      await node(page, "Level Finished").click();
      await page.keyboard.press("t");
      const end = page.locator(".edge-end-to");
      await end.waitFor();
      const grip = await end.boundingBox();
      expect(grip.width >= 24 && grip.height >= 24, `the grip is ${grip.width} by ${grip.height}`);
      const from = { x: grip.x + grip.width / 2, y: grip.y + grip.height / 2 };

      await pull(page, from, await middle(node(page, "Level Saved")));
      await page.locator(".node.lit", { hasText: "Level Saved" }).waitFor();
      expect(
        (await page.locator(".node.illegal", { hasText: "Save Score" }).count()) === 1,
        "what lies in a container is dimmed",
      );
      await page.keyboard.press("Escape");
      await page.mouse.up();
      expect(await undo(page).isDisabled(), "nothing changed");

      await pull(page, from, await middle(node(page, "Save Score")));
      await page.locator(".ghost.refused", { hasText: "cannot leave" }).waitFor();
      await page.mouse.move(
        (await middle(node(page, "Progress Lost"))).x,
        (await middle(node(page, "Progress Lost"))).y,
        {
          steps: 3,
        },
      );
      await page.locator(".node.lit", { hasText: "Progress Lost" }).waitFor();
      await page.mouse.up();
      await waitFor("the transition was led elsewhere", async () => undo(page).isEnabled());
      expect(
        JSON.parse(await savedText(page, file)).States["Level Finished"].Next === "Progress Lost",
        "as the text says",
      );
      expect((await afterUndoing(page, file)) === before, "undo restores every byte");
    },
  },
  {
    name: "by keyboard alone: into a container and out, find, connect, select more",
    async run({ page, open, openExample, examples }) {
      await open();
      await openExample("game-level");
      await page.locator(".canvas").focus();
      await page.keyboard.press("Control+f");
      await page.keyboard.type("dynamo");
      await page.locator(".canvas-find output", { hasText: "1 of 2" }).waitFor();
      expect((await page.locator(".node.hit").count()) === 2, "hits are marked");
      await page.keyboard.press("Enter");
      await page.locator(".node.current-hit", { hasText: "Save Item" }).waitFor();
      await page.keyboard.press("Escape");
      await page.locator(".canvas-find").waitFor({ state: "detached" });

      await page.keyboard.press("Escape");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await page.locator(".container.selected", { hasText: "Save Everything" }).waitFor();
      await page.keyboard.press("Enter");
      await page.locator(".canvas-crumbs strong", { hasText: "Save Everything" }).waitFor();
      await node(page, "Level Finished").waitFor({ state: "detached" });
      await page.keyboard.press("Alt+ArrowUp");
      await node(page, "Level Finished").waitFor();
      await page.locator(".canvas-crumbs").waitFor({ state: "detached" });

      await page.keyboard.press("[");
      await node(page, "Save Score").waitFor({ state: "detached" });
      await page.keyboard.press("]");
      await node(page, "Save Score").waitFor();

      await page.keyboard.press("Escape");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("c");
      await page.locator(".target-picker").waitFor();
      await page.keyboard.type("saved");
      await page.keyboard.press("Enter");
      const file = join(examples, "game-level/game-level.asl.json");
      await waitFor("it was connected", async () => undo(page).isEnabled());
      expect(
        JSON.parse(await savedText(page, file)).States["Level Finished"].Next === "Level Saved",
        "the start leads there",
      );

      await page.locator(".canvas").focus();
      await page.keyboard.press("Control+a");
      expect((await selectedNames(page)).includes("Progress Lost"), "everything beside it is selected");
      await page.keyboard.press("2");
    },
  },
  {
    name: "two versions stand on one canvas: a git revision against the window, change by change",
    async run({ page, open, openExample, examples }) {
      const folder = join(examples, "order-approval");
      const file = join(folder, "order-approval.asl.json");
      const git = (...words) =>
        execFileSync("git", ["-C", folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...words]);
      git("init", "-q");
      git("add", ".");
      git("commit", "-q", "-m", "approve orders");
      const machine = JSON.parse(await readFile(file, "utf8"));
      delete machine.States["Out Of Stock"];
      machine.States["Notify Out Of Stock"].Next = "Approval Expired";
      machine.States["Notify Expired"].TimeoutSeconds = 30;
      await writeFile(file, JSON.stringify(machine, null, 2));
      await open();
      await openExample("order-approval");
      await page.keyboard.press("Control+Shift+c");
      await page.getByRole("button", { name: /approve orders/ }).click();
      await page.locator(".versions-count", { hasText: "1 removed, 2 changed" }).waitFor();
      await page.locator(".node.change-removed", { hasText: "Out Of Stock" }).waitFor();
      await page.locator(".node.change-changed", { hasText: "Notify Expired" }).waitFor();
      expect((await page.locator(".edge.change-added").count()) === 1, "the new transition is marked");
      await page.getByRole("button", { name: "Notify Expired" }).click();
      await page.locator(".versions-text .cm-changedLine", { hasText: "TimeoutSeconds" }).waitFor();
      await page.getByLabel("The next change").click();
      await page.locator(".versions-text h3", { hasText: "Out Of Stock" }).waitFor();
      await page.getByRole("button", { name: "Close", exact: true }).click();
      await page.locator(".versions").waitFor({ state: "detached" });
    },
  },
  {
    name: "a note lies beside its state and in the sidecar, follows a rename, and is undone like the text",
    async run({ page, open, openExample, examples }) {
      const file = join(examples, "order-approval/order-approval.asl.json");
      const before = await readFile(file, "utf8");
      const sidecar = async () => {
        const text = await readFile(join(examples, "order-approval/order-approval.stepwright.json"), "utf8").catch(
          () => "{}",
        );
        return JSON.parse(text).notes ?? [];
      };
      await open();
      await openExample("order-approval");
      await node(page, "Approved?").click();
      await page.locator(".canvas").focus();
      await page.keyboard.press("n");
      await page.locator(".note textarea").waitFor();
      await page.keyboard.type("Ask finance first");
      await page.keyboard.press("Escape");
      await page.locator(".note p", { hasText: "Ask finance first" }).waitFor();
      await waitFor("the sidecar holds it", async () => (await sidecar())[0]?.text === "Ask finance first");
      expect((await sidecar())[0].state === "/States/Approved?", "it is about its state");
      expect((await readFile(file, "utf8")) === before, "the definition knows nothing of it");

      await node(page, "Approved?").click();
      await page.locator(".canvas").focus();
      await page.keyboard.press("F2");
      await page.keyboard.type("Signed?");
      await page.keyboard.press("Enter");
      await node(page, "Signed?").waitFor();
      await waitFor("the note goes along", async () => (await sidecar())[0]?.state === "/States/Signed?");
      expect((await page.locator(".note-lost").count()) === 0, "and is not lost");
      await undo(page).click();
      await waitFor("and comes back with it", async () => (await sidecar())[0]?.state === "/States/Approved?");
      await page.getByRole("button", { name: "Redo" }).click();
      await waitFor("and forth", async () => (await sidecar())[0]?.state === "/States/Signed?");

      await node(page, "Signed?").click();
      await page.locator(".canvas").focus();
      await page.keyboard.press("Delete");
      await node(page, "Signed?").waitFor({ state: "detached" });
      await page.locator(".note-lost").waitFor();
      await undo(page).click();
      await node(page, "Signed?").waitFor();
      await page.locator(".note-lost").waitFor({ state: "detached" });
      expect((await sidecar())[0]?.state === "/States/Signed?", "a deleted state that comes back has its note");

      await page.reload();
      await page.waitForSelector(".toolbar");
      await page.locator(".note p", { hasText: "Ask finance first" }).waitFor();
      await page.locator(".note").focus();
      await page.keyboard.press("Delete");
      await page.locator(".note").waitFor({ state: "detached" });
      await waitFor("it is gone from the sidecar", async () => (await sidecar()).length === 0);
      await undo(page).click();
      await page.locator(".note p", { hasText: "Ask finance first" }).waitFor();
      await waitFor("undo brings it back", async () => (await sidecar()).length === 1);
    },
  },
  {
    name: "notes of a workflow without a file survive a crash and its first save, and follow a state into a container",
    // While nobody serves it the page says so.
    allow: [/WebSocket|Failed to (load resource|fetch)|ERR_/],
    async run({ page, open, folder, killAndRestart }) {
      await open();
      await page.keyboard.press("Control+n");
      await node(page, "First").click();
      await page.locator(".canvas").focus();
      await page.keyboard.press("n");
      await page.locator(".note textarea").waitFor();
      const kept = page.waitForResponse((response) => response.url().endsWith("/call/put_notes"));
      await page.keyboard.type("Remember me");
      await page.keyboard.press("Escape");
      await kept;
      await node(page, "First").click({ button: "right" });
      await page.getByRole("menuitem", { name: "Put into a Parallel" }).click();
      await page.locator(".container", { hasText: "First" }).waitFor();
      expect((await page.locator(".note-lost").count()) === 0, "the note went into the Parallel");
      // Text and notes are written 400 ms after the first change that is not in the store yet; nothing shows that they have been.
      await page.waitForTimeout(700);
      await killAndRestart();
      await open();
      const note = page.locator(".note p", { hasText: "Remember me" });
      await note.waitFor();
      await page.keyboard.press("Control+s");
      await page.getByLabel("File name", { exact: true }).fill(join(folder, "mine.asl.json"));
      await page.keyboard.press("Enter");
      await page.waitForSelector("dialog", { state: "detached" });
      const { notes } = JSON.parse(await readFile(join(folder, "mine.stepwright.json"), "utf8"));
      expect(
        notes[0].state.endsWith("/Branches/0/States/First"),
        `the note is saved with its state: ${notes[0].state}`,
      );
      await note.waitFor();
    },
  },
  {
    name: "a picture of the graph is saved as SVG and as PNG, whole or in part",
    async run({ page, open, openExample }) {
      await open();
      await openExample("game-level");
      const saved = async (choose) => {
        await page.keyboard.press("Control+k");
        await page.keyboard.type("save a picture");
        await page.keyboard.press("Enter");
        await page.locator(".picture-preview").waitFor();
        await choose();
        const download = page.waitForEvent("download");
        await page.getByRole("button", { name: "Save…" }).click();
        return readFile(await (await download).path());
      };
      const svg = String(await saved(() => page.getByText("Light", { exact: true }).click()));
      expect(svg.startsWith("<svg") && svg.includes("Save Everything") && svg.includes("#f5f7f9"), "a light SVG");
      await node(page, "Save Items").locator("header").click();
      const part = String(await saved(() => page.getByText("Selection", { exact: true }).click()));
      expect(part.includes("Save Item") && !part.includes("Level Saved"), "only what is selected, with its inside");
      const png = await saved(() => page.getByText("PNG", { exact: true }).click());
      expect(png.subarray(1, 4).toString() === "PNG" && png.length > 5_000, "a PNG");
    },
  },
];

/** The middle of a node, as a place of the canvas. */
async function inCanvas(page, locator) {
  const [at, box] = [await middle(locator), await page.getByTestId("canvas").boundingBox()];
  return { x: at.x - box.x, y: at.y - box.y };
}
