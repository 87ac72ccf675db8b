import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { editor, expect, openByPath, waitFor } from "../steps.mjs";

const pictures = process.env.STEPWRIGHT_PICTURES;
const picture = async (page, name) => {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
};

async function saved(page, file) {
  await page.keyboard.press("Control+s");
  await page.locator(".unsaved").waitFor({ state: "detached" });
  return readFile(file, "utf8");
}

/** Selects the nth place of a text by searching for it, as a person would. */
async function find(page, text, nth = 1) {
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+f");
  await page.locator(".document-editor .cm-search [name=search]").selectText();
  await page.keyboard.type(text);
  for (let count = 0; count < nth; count++) await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.waitForFunction(() =>
    document.querySelector(".document-editor").shadowRoot.activeElement?.classList.contains("cm-content"),
  );
}

async function openCode(stage, name) {
  await stage.open();
  await stage.openExample(name);
  await stage.page.keyboard.press("Alt+3");
  await editor(stage.page).waitFor();
  return join(stage.examples, `${name}/${name}.asl.json`);
}

const options = (page) => page.locator(".document-editor .cm-tooltip-autocomplete li");

export const journeys = [
  {
    name: "after a run, the paths of its data are offered",
    async run(stage) {
      const { page } = stage;
      await openCode(stage, "nightly-backup");
      await page.keyboard.press("F5");
      await page.locator("#run-speed").press("End");
      await page.locator(".run-dialog button.primary").click();
      await page.locator('.banner[data-status="succeeded"], .status-succeeded').first().waitFor();
      await find(page, '"$.snapshot.id"', 1);
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowLeft");
      for (let left = "snapshot.id".length; left > 0; left--) await page.keyboard.press("Backspace");
      await page.keyboard.press("Control+Space");
      await options(page)
        .filter({ hasText: /database/ })
        .first()
        .waitFor();
      await options(page).filter({ hasText: /night/ }).first().waitFor();
    },
  },
  {
    name: "completion offers the states of the scope in Next, and fields with their colon",
    async run(stage) {
      const { page } = stage;
      const file = await openCode(stage, "order-approval");
      await find(page, '"Request Approval"', 1);
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowLeft");
      for (let left = "Request Approval".length; left > 0; left--) await page.keyboard.press("Backspace");
      await page.keyboard.press("Control+Space");
      await options(page).first().waitFor();
      const names = (await options(page).locator(".cm-completionLabel").allTextContents()).sort();
      expect(
        names.includes("Request Approval") && names.includes("Approved?") && !names.includes("Process Order"),
        `the other states of the scope: ${names.join(", ")}`,
      );
      const box = await page.locator(".document-editor .cm-tooltip-autocomplete").boundingBox();
      const hit = await page.evaluate(
        ({ x, y }) =>
          document.elementFromPoint(x, y)?.shadowRoot?.elementFromPoint(x, y)?.closest(".cm-tooltip-autocomplete") !==
          null,
        { x: box.x + 20, y: box.y + box.height - 6 },
      );
      expect(hit, "the list is not clipped");
      await picture(page, "complete-dark");
      await page.keyboard.type("appr");
      await waitFor(
        "what is typed narrows the list",
        async () =>
          !(await options(page).locator(".cm-completionLabel").allTextContents()).includes("Notify Out Of Stock"),
      );
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Control+z");
      await find(page, '"ResultPath": "$.processed",', 1);
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await page.keyboard.type('"Hear');
      await options(page)
        .filter({ hasText: /HeartbeatSeconds/ })
        .first()
        .waitFor();
      await page.keyboard.press("Control+Space");
      await waitFor("the list is ready", async () =>
        (await options(page).first().textContent()).includes("HeartbeatSeconds"),
      );
      await page.waitForTimeout(150);
      await page.keyboard.press("Enter");
      await page.keyboard.type("60,");
      expect(/"HeartbeatSeconds": 60,\n/.test(await saved(page, file)), "the field is written with its colon");
    },
  },
  {
    name: "hovering over a field explains it; F12 and Ctrl+click go to the state",
    async run(stage) {
      const { page } = stage;
      await openCode(stage, "order-approval");
      const field = editor(page).getByText("ResultSelector").first();
      await field.hover();
      const help = page.locator(".document-editor .cm-help");
      await help.waitFor();
      expect((await help.textContent()).length > "ResultSelector".length + 20, "there is a sentence about the field");
      await picture(page, "hover-dark");
      await page.emulateMedia({ colorScheme: "light" });
      await picture(page, "hover-light");
      await page.emulateMedia({ colorScheme: "dark" });
      await find(page, '"Notify Out Of Stock"', 1);
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("F12");
      await page.locator(".document-editor .cm-activeLine", { hasText: /^\s*"Notify Out Of Stock": \{/ }).waitFor();
      await find(page, '"Request Approval"', 1);
      await editor(page)
        .locator(".cm-activeLine")
        .getByText("Request Approval")
        .click({ modifiers: ["Control"] });
      await page.locator(".document-editor .cm-activeLine", { hasText: /^\s*"Request Approval": \{/ }).waitFor();
    },
  },
  {
    name: "renaming changes every reference, a refusal is told, and undo restores every byte",
    async run(stage) {
      const { page } = stage;
      const file = await openCode(stage, "order-approval");
      const before = await readFile(file, "utf8");
      await find(page, '"Request Approval"', 1);
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("F2");
      const field = page.getByLabel("New name");
      await field.fill("Approved?");
      await page.keyboard.press("Enter");
      await page.locator("dialog .field-note.bad").waitFor();
      await picture(page, "rename-dark");
      await field.fill("Ask the Person");
      await page.keyboard.press("Enter");
      await page.locator("dialog").waitFor({ state: "detached" });
      const after = await saved(page, file);
      expect(
        !after.includes('"Request Approval"') && after === before.replaceAll('"Request Approval"', '"Ask the Person"'),
        "all references and nothing else",
      );
      await editor(page).click();
      await page.keyboard.press("Control+z");
      expect((await saved(page, file)) === before, "undo restores the bytes");
    },
  },
  {
    name: "a quick fix is applied from the keyboard, and a document is formatted on request",
    async run(stage) {
      const { page } = stage;
      const file = await openCode(stage, "order-approval");
      const before = await readFile(file, "utf8");
      await find(page, '"OutOfStock"', 1);
      await page.keyboard.insertText('"States.timeout"');
      await page
        .locator(".document-editor .cm-lintRange", { hasText: /States\.timeout/ })
        .first()
        .waitFor();
      await page.keyboard.press("Control+.");
      const fix = page.locator(".document-editor .cm-fixes button").first();
      await fix.waitFor();
      await picture(page, "fix-dark");
      await page.keyboard.press("Enter");
      await fix.waitFor({ state: "detached" });
      const fixed = await saved(page, file);
      expect(!fixed.includes("States.timeout") && fixed.includes('"States.Timeout"'), "the name is the right one");
      await find(page, '"StartAt": ', 1);
      await page.keyboard.insertText('      "StartAt" :');
      const crooked = await saved(page, file);
      await page.keyboard.press("Alt+Shift+F");
      await page.locator(".unsaved").waitFor();
      const formatted = await saved(page, file);
      expect(
        formatted !== crooked && JSON.stringify(JSON.parse(formatted)) === JSON.stringify(JSON.parse(fixed)),
        "only the layout changed",
      );
      expect(formatted === fixed, "the layout is the settled one again");
      for (let left = 4; left > 0; left--) await page.keyboard.press("Control+z");
      expect((await saved(page, file)) === before, "undo restores the bytes");
    },
  },
  {
    name: "a document in YAML has colours, problems and completion too",
    async run(stage) {
      const { page, folder } = stage;
      const { writeFile } = await import("node:fs/promises");
      const file = join(folder, "flow.asl.yaml");
      await writeFile(
        file,
        "# Two states\nStartAt: First\nStates:\n  First:\n    Type: Pass\n    Next: Secnd\n  Second:\n    Type: Succeed\n",
      );
      await stage.open();
      await openByPath(page, file);
      await page.keyboard.press("Alt+3");
      await editor(page).locator(".asl-state-name", { hasText: "Second" }).waitFor();
      await editor(page).locator(".asl-target", { hasText: "Secnd" }).waitFor();
      await page.locator(".document-editor .cm-lintRange-error", { hasText: "Secnd" }).first().waitFor();
      await find(page, "Secnd", 1);
      await page.keyboard.press("Delete");
      await page.keyboard.type("Se");
      await options(page).filter({ hasText: "Second" }).first().waitFor();
      await page.emulateMedia({ colorScheme: "light" });
      await picture(page, "complete-yaml-light");
      await page.waitForTimeout(150);
      await page.keyboard.press("Enter");
      expect((await saved(page, file)).includes("    Next: Second\n"), "the name is completed");
      await page.locator(".document-editor .cm-lintRange-error").waitFor({ state: "detached" });
    },
  },
  {
    name: "Ctrl+Enter starts the run wherever in the dialog the focus is",
    async run({ page, open, openExample }) {
      await open();
      await openExample("contact-form");
      await page.keyboard.press("F5");
      await page.locator("dialog.run-dialog").waitFor();
      await page.waitForFunction(() => document.activeElement?.matches(".run-dialog footer button.primary"));
      await page.keyboard.press("Control+Enter");
      await page.locator("dialog.run-dialog").waitFor({ state: "detached" });
    },
  },
];
