// Folders, tabs, sessions and what happens to text when somebody else, or nobody, looks after it.

import { chmod, lstat, mkdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { editor, editorText, expect, openByPath, waitFor } from "../steps.mjs";

const FLOW = JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } }, null, 2);
const WRONG = JSON.stringify({ StartAt: "B", States: { A: { Type: "Pass", End: true } } }, null, 2);
const TEMPLATE = `Resources:
  OrderFlow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        StartAt: A
        States:
          A:
            Type: Succeed
  RefundFlow:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        StartAt: B
        States:
          B:
            Type: Succeed
`;

async function project(folder) {
  const root = join(folder, "project");
  const files = {
    "one.asl.json": FLOW,
    "deep/two.asl.json": FLOW,
    "deep/wrong.asl.json": WRONG,
    "infra/template.yaml": TEMPLATE,
    "node_modules/x/no.asl.json": FLOW,
    "ignored/no.asl.json": FLOW,
    ".gitignore": "ignored/\n",
    "package.json": "{}",
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(root, name, ".."), { recursive: true });
    await writeFile(join(root, name), text);
  }
  return root;
}

async function openFolder(page, path) {
  await page.keyboard.press("Control+Alt+o");
  await page.getByLabel("Folder to open").fill(path);
  await page.keyboard.press("Enter");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.getByRole("tree", { name: "Files" }).waitFor();
}

const row = (page, name) => page.getByRole("tree", { name: "Files" }).getByRole("treeitem", { name });
const rows = (page) => page.locator(".file-tree .tree-name").allTextContents();
const tabs = (page) => page.locator(".tab .tab-name > span:first-of-type").allTextContents();
const ready = (page) => page.waitForSelector(".canvas[data-ready] .react-flow__node");

/** Waits until what was typed lies where a crash cannot reach it. */
async function kept(page, name) {
  await waitFor(`${name} is in the recovery store`, async () =>
    page.evaluate(async (wanted) => {
      const request = async (command, body) => {
        const response = await fetch(`/call/${command}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        return (await response.json()).ok;
      };
      const { value } = await request("get_setting", { key: "session" });
      return value !== null && value.includes(wanted);
    }, name),
  );
  // The text is written 400 ms after the first change that is not in the store yet; nothing shows that it has been.
  await page.waitForTimeout(700);
}

export const journeys = [
  {
    name: "a folder shows its workflows, those inside of templates too, and follows what happens to it",
    async run({ page, open, folder }) {
      const root = await project(folder);
      await open();
      await openFolder(page, root);
      await row(page, /^RefundFlow/).waitFor();
      expect(
        (await rows(page)).join() ===
          "deep,two.asl.json,wrong.asl.json,infra,template.yaml,OrderFlow,RefundFlow,one.asl.json",
        `the tree has what belongs into it: ${(await rows(page)).join()}`,
      );
      await row(page, /^wrong\.asl\.json, \d+ errors?/).waitFor();
      await row(page, /^RefundFlow/).click();
      await ready(page);
      await page.locator(".tab", { hasText: "RefundFlow" }).waitFor();

      await writeFile(join(root, "three.asl.json"), FLOW);
      await row(page, /^three/).waitFor();
      await rm(join(root, "one.asl.json"));
      await row(page, /^one/).waitFor({ state: "detached" });

      await page.getByLabel("Find file or workflow").fill("refund");
      await waitFor(
        "only matches are left",
        async () => (await rows(page)).join() === "infra,template.yaml,RefundFlow",
      );
    },
  },
  {
    name: "the tree of files by keyboard: open, rename, new, duplicate, delete",
    async run({ page, open, folder }) {
      const root = await project(folder);
      await open();
      await openFolder(page, root);
      await row(page, /^one/).waitFor();
      await page.keyboard.press("Control+Shift+f");
      await page.waitForFunction(() => document.activeElement?.classList.contains("file-tree"));
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await ready(page);
      await page.keyboard.press("Alt+3");
      await editor(page).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type(" ");
      await row(page, /^one\.asl\.json, unsaved changes/).waitFor();

      await page.keyboard.press("Control+Shift+f");
      await page.waitForFunction(() => document.activeElement?.classList.contains("file-tree"));
      await page.keyboard.press("F2");
      await page.getByLabel("New name of one.asl.json").waitFor();
      await page.keyboard.type("renamed");
      await page.keyboard.press("Enter");
      await row(page, /^renamed\.asl\.json/).waitFor();
      await page.locator(".tab.on", { hasText: "renamed" }).waitFor();
      await page.keyboard.press("Control+s");
      await page.locator(".tab .unsaved").waitFor({ state: "detached" });
      expect((await readFile(join(root, "renamed.asl.json"), "utf8")) === `${FLOW} `, "what was unsaved went along");

      await page.keyboard.press("Control+Shift+f");
      await page.waitForFunction(() => document.activeElement?.classList.contains("file-tree"));
      await row(page, /^renamed/).click({ button: "right" });
      await page.getByRole("menuitem", { name: "Duplicate" }).click();
      await row(page, /^renamed copy\.asl\.json/).waitFor();
      await row(page, /^renamed copy/).click();
      await page.keyboard.press("Control+Shift+f");
      await page.waitForFunction(() => document.activeElement?.classList.contains("file-tree"));
      await page.keyboard.press("Delete");
      await page.getByRole("button", { name: "Move to the trash" }).click();
      await row(page, /^renamed copy/).waitFor({ state: "detached" });
      expect(!existsSync(join(root, "renamed copy.asl.json")), "the copy is gone");
      expect(existsSync(join(root, "renamed.asl.json")), "the original is not");

      await row(page, /^two/).click({ button: "right" });
      await page.getByRole("menuitem", { name: "New workflow here" }).click();
      await page.getByLabel("New name of workflow.asl.json").waitFor();
      await page.keyboard.type("fresh");
      await page.keyboard.press("Enter");
      await row(page, /^fresh\.asl\.json/).waitFor();
      expect(existsSync(join(root, "deep/fresh.asl.json")), "the new file lies in the chosen folder");
    },
  },
  {
    name: "after a crash everything is open again, with what was never saved",
    allow: [/WebSocket|Failed to (load resource|fetch)|ERR_/],
    async run({ page, open, killAndRestart, folder }) {
      const root = await project(folder);
      await open();
      await openFolder(page, root);
      await row(page, /^one/).click();
      await ready(page);
      await page.keyboard.press("Alt+3");
      await editor(page).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("\n\n");
      await page.locator(".tab.on .unsaved").waitFor();
      await page.keyboard.press("Control+n");
      await waitFor("the new document is in front", async () => (await editorText(page)).includes("First"));
      await editor(page).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type(" ");
      await page.locator(".tab.on .unsaved").waitFor();
      const typed = await editorText(page);
      await kept(page, "untitled");

      await killAndRestart();
      await open();
      await waitFor("both tabs are there", async () => (await tabs(page)).length === 2);
      expect((await tabs(page)).join() === "one,untitled.asl.json", `in their order: ${(await tabs(page)).join()}`);
      await page.keyboard.press("Control+Shift+f");
      await row(page, /^one\.asl\.json, unsaved changes/).waitFor();
      await waitFor("the unsaved text is here again", async () => (await editorText(page)) === typed);
      await page.locator(".recovered-bar").waitFor();
      await page.keyboard.press("Control+PageUp");
      await page.locator(".recovered-bar", { hasText: "Discard them" }).waitFor();
      await page.getByRole("button", { name: "Compare…" }).click();
      await page.locator(".difference .cm-content").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Keep them" }).click();
      await page.keyboard.press("Control+s");
      await page.locator(".tab.on .unsaved").waitFor({ state: "detached" });
      expect((await readFile(join(root, "one.asl.json"), "utf8")) === `${FLOW}\n\n`, "what was kept is saved");
    },
  },
  {
    name: "tabs are moved, closed with the middle button, brought back, and the others closed",
    async run({ page, open, folder }) {
      const root = await project(folder);
      await open();
      for (const name of ["one.asl.json", "deep/two.asl.json", "deep/wrong.asl.json"])
        await openByPath(page, join(root, name));
      expect((await tabs(page)).join() === "one,two,wrong", "in the order of opening");
      const first = await page.locator(".tab").nth(0).boundingBox();
      const last = await page.locator(".tab").nth(2).boundingBox();
      await page.mouse.move(last.x + 20, last.y + 10);
      await page.mouse.down();
      await page.mouse.move(first.x + 60, first.y + 10, { steps: 5 });
      await page.locator(".tab-gap").waitFor();
      await page.mouse.move(first.x + 4, first.y + 10, { steps: 3 });
      await page.mouse.up();
      expect((await tabs(page)).join() === "wrong,one,two", `moved to the front: ${(await tabs(page)).join()}`);
      await page.locator(".tab").nth(1).click({ button: "middle" });
      await waitFor("it is closed", async () => (await tabs(page)).join() === "wrong,two");
      await page.keyboard.press("Control+Shift+T");
      await waitFor("it is open again", async () => (await tabs(page)).includes("one"));
      await page.locator(".tab", { hasText: "two" }).click({ button: "right" });
      await page.getByRole("menuitem", { name: "Close the others" }).click();
      await waitFor("the others are closed", async () => (await tabs(page)).join() === "two");
    },
  },
  {
    name: "saving keeps permissions and links, and a file that may only be read is not written",
    async run({ page, open, folder }) {
      const root = await project(folder);
      const file = join(root, "one.asl.json");
      const link = join(root, "link.asl.json");
      const locked = join(root, "deep/two.asl.json");
      await chmod(file, 0o640);
      await symlink(file, link);
      await chmod(locked, 0o444);
      await open();
      await openByPath(page, link);
      await page.keyboard.press("Alt+3");
      await editor(page).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("\n");
      await page.keyboard.press("Control+s");
      await page.locator(".unsaved").waitFor({ state: "detached" });
      expect((await lstat(link)).isSymbolicLink(), "the link is still one");
      expect((await readFile(file, "utf8")) === `${FLOW}\n`, "what it leads to was written");
      expect(((await stat(file)).mode & 0o777) === 0o640, "with its permissions");

      await openByPath(page, locked);
      await page.locator(".tab.on").getByLabel("read-only").waitFor();
      await editor(page).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("\n");
      await page.locator(".recovered-bar", { hasText: "may only be read" }).waitFor();
      await page.keyboard.press("Control+s");
      await page.locator(".message-bad").waitFor();
      expect((await readFile(locked, "utf8")) === FLOW, "the file is as it was");
    },
  },
  {
    name: "a dropped file becomes an unsaved document of its name",
    async run({ page, open }) {
      await open();
      await page.evaluate((text) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "dropped.asl.json", { type: "application/json" }));
        for (const type of ["dragover", "drop"])
          document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
      }, FLOW);
      await ready(page);
      await page.locator(".tab.on", { hasText: "dropped.asl.json" }).waitFor();
      await page.locator(".tab.on .unsaved").waitFor();
    },
  },
  {
    name: "settings apply at once and are kept for every window",
    async run({ page, open }) {
      await open();
      await page.keyboard.press("Control+,");
      await page.getByLabel(/^Font size of code/).fill("18");
      await page.getByLabel(/^ThemeDark/).selectOption("light");
      await page.waitForFunction(() => document.documentElement.dataset.theme === "light");
      await page.getByLabel(/^MotionTokens/).selectOption("reduced");
      await page.waitForFunction(() => document.documentElement.dataset.motion === "reduced");
      await page.getByLabel("Find a setting").fill("save by itself");
      await page.getByLabel(/^Save by itself/).selectOption("delay");
      await page.getByRole("button", { name: "Done" }).click();
      await page.waitForTimeout(500);
      await page.evaluate(() => {
        localStorage.clear();
      });
      await page.reload();
      await page.waitForFunction(
        () =>
          document.documentElement.dataset.theme === "light" &&
          document.documentElement.style.getPropertyValue("--code-size") === "18px",
      );
      await page.keyboard.press("Control+,");
      expect((await page.getByLabel(/^Save by itself/).inputValue()) === "delay", "autosave is kept");
    },
  },
  {
    name: "an empty file becomes a workflow at a click, and a blueprint is found, seen and opened",
    async run({ page, open, folder }) {
      const file = join(folder, "empty.asl.yaml");
      await writeFile(file, "");
      await open();
      await openByPath(page, file);
      await page.getByRole("button", { name: "JSONata", exact: true }).click();
      await page.getByText("No states yet.").waitFor();
      await page.keyboard.press("Control+Shift+a");
      await page.locator("#find-piece").fill("Wait");
      await page.locator("button.piece", { hasText: "Wait" }).first().waitFor();
      await page.keyboard.press("Enter");
      await page.locator(".react-flow__node .node-name", { hasText: "Wait" }).waitFor();

      await page.keyboard.press("Control+Shift+n");
      await page.getByRole("option", { name: /Nightly ETL/ }).waitFor();
      expect((await page.getByRole("option").count()) >= 12, "at least ten, and two empty ones");
      await page.getByLabel("Find a blueprint").fill("dynamodb");
      await page.locator(".blueprint-picture img").waitFor();
      const drawn = await page
        .locator(".blueprint-picture img")
        .evaluate((image) => image.decode().then(() => image.naturalWidth));
      expect(drawn > 100, "the picture is drawn");
      await page.keyboard.press("Enter");
      await page.locator(".tab").nth(1).waitFor();
    },
  },
  {
    name: "what cannot be read stands in the tree with its reason; links in a circle end nowhere",
    async run({ page, open, folder }) {
      const root = join(folder, "odd");
      await mkdir(join(root, "inner"), { recursive: true });
      await writeFile(join(root, "sound.asl.json"), FLOW);
      await writeFile(join(root, "bytes.asl.json"), Buffer.from([0xff, 0xfe, 0x00, 0x9f]));
      await writeFile(join(root, "huge.asl.json"), "");
      await truncate(join(root, "huge.asl.json"), 100 * 1024 * 1024);
      await symlink(join(root, "nowhere"), join(root, "gone.asl.json"));
      await symlink(join(root, "round.asl.json"), join(root, "round.asl.json"));
      await symlink(root, join(root, "inner/loop"));
      await mkdir(Buffer.concat([Buffer.from(`${root}/od`), Buffer.from([0xff])]));
      await open();
      await openFolder(page, root);
      for (const [name, why] of [
        ["bytes", "it is not text in UTF-8"],
        ["gone", "the link leads to nothing"],
        ["huge", "with 100 MB it is too large: files of up to 8 MB are looked at"],
        ["round", "the link leads round in a circle"],
      ])
        await row(page, new RegExp(`^${name}\\.asl\\.json, ${why}$`)).waitFor();
      await page.getByText("2 places were left out").click();
      const left = await page.locator(".left-out li").allTextContents();
      expect(
        left[0] === "inner/looplinks to folders are not followed: open the folder itself" &&
          /^od\uFFFD+its name is not text in UTF-8/.test(left[1]),
        `both are named with their reasons: ${left.join(" | ")}`,
      );
      // Opening one says it too, and the window goes on.
      await row(page, /^huge/).click();
      await page.getByText(/huge\.asl\.json: with 100 MB it is too large for a definition/).waitFor();
      await row(page, /^sound/).click();
      await ready(page);
      // What is mended is read without being asked.
      await rm(join(root, "bytes.asl.json"));
      await writeFile(join(root, "bytes.asl.json"), FLOW);
      await row(page, /^bytes\.asl\.json$/).waitFor();
    },
  },
  {
    name: "a search through a folder is stopped, says so, and is taken up again",
    async run({ page, open, folder }) {
      const root = await project(folder);
      // A folder that takes long: the answers of the backend, as they are while it is still looking.
      let stopped = false;
      let slow = true;
      await page.route("**/call/*", async (route) => {
        const command = route.request().url().split("/").at(-1);
        if (command === "stop_folder_scan") stopped = true;
        if (command === "close_folder") slow = false;
        if (!slow || !["open_folder", "get_folder"].includes(command)) return route.continue();
        const answer = await (await route.fetch()).json();
        Object.assign(
          answer.ok,
          stopped
            ? { scanning: false, incomplete: true, files: answer.ok.files.slice(0, 1) }
            : { scanning: true, lookedAt: 12, candidates: 4_000, files: answer.ok.files.slice(0, 1) },
        );
        await route.fulfill({ json: answer });
      });
      await open();
      await openFolder(page, root);
      const progress = page.locator(".folder-progress");
      await page.getByText("Looking: 12 of 4000 files…").waitFor();
      await row(page, /.+/).first().waitFor();
      await progress.getByRole("button", { name: "Stop" }).click();
      await waitFor("the backend is told", async () => stopped);
      // It answers that it has ended.
      await writeFile(join(root, "more.asl.json"), FLOW);
      await page.getByText("Not every file was looked at.").waitFor();
      await progress.getByRole("button", { name: "Look again" }).click();
      await progress.waitFor({ state: "detached" });
      for (const name of [/^one/, /^two/, /^wrong/, /^template/, /^more/]) await row(page, name).waitFor();
    },
  },
];
