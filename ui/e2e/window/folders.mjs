// A folder, and the text in it that was never saved, in the real window.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { assert, By, journey, Key } from "./harness.mjs";

const FLOW = `{
  "StartAt": "First",
  "States": {
    "First": {"Type": "Wait", "Seconds": 5, "Next": "Second"},
    "Second": {"Type": "Succeed"}
  }
}
`;
const COMMENT = "written just before the power went";

const row = (name) => By.xpath(`//*[@role='tree'][@aria-label='Files']//*[@role='treeitem'][contains(., '${name}')]`);

/** Waits until the text lies in the files of the store, where a crash cannot reach it. */
async function kept(home, text) {
  const folder = join(home.folder, "data/stepwright");
  const end = Date.now() + 10_000;
  const holds = (name) => /^stepwright\.db(-wal)?$/.test(name) && readFileSync(join(folder, name)).includes(text);
  while (!readdirSync(folder).some(holds)) {
    if (Date.now() > end) throw new Error(`the store never held “${text}”`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

journey("a folder is open again after a crash, with the edit that was never saved", async ({ home, launch }) => {
  const folder = join(home.folder, "project");
  mkdirSync(join(folder, "flows"), { recursive: true });
  const file = join(folder, "flows/crash.asl.json");
  writeFileSync(file, FLOW);
  let window = await launch({ pickFolder: folder });
  await window.click(window.button("Open a folder"));
  await window.click(row("crash"));
  await window.click(By.xpath("//*[@data-testid='canvas']//*[contains(@class, 'node-name')][text()='First']"));
  await window.click("[aria-label='Add Comment']");
  await window.click(".inspector [data-field='Comment'] textarea, .inspector textarea[aria-label='Comment']");
  await window.type(COMMENT);
  await window.press(Key.TAB);
  await window.find("[aria-label='unsaved changes']");
  await kept(home, COMMENT);
  await kept(home, "crash.asl.json");
  window.kill();
  assert.equal(readFileSync(file, "utf8"), FLOW, "the file is as it was");

  window = await launch();
  await window.find(row("crash"));
  await window.find(By.xpath("//*[contains(@class, 'recovered-bar')][contains(., 'are here again')]"));
  await window.click(window.button("Keep them"));
  await window.press(Key.CONTROL, "s");
  await window.until("it is saved", `return document.querySelector("[aria-label='unsaved changes']") === null`);
  assert.equal(
    readFileSync(file, "utf8").replace(new RegExp(`,\\s*"Comment": "${COMMENT}"`), ""),
    FLOW,
    "the edit and nothing else is saved",
  );
});
