// A folder of several thousand files, with what only looks like sources beside them.

import { execFileSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "../steps.mjs";

const FOLDERS = 50;
const WORKFLOWS = 300;
const FILES = 5_000;

const flow = (name) => JSON.stringify({ StartAt: name, States: { [name]: { Type: "Pass", End: true } } }, null, 2);

async function project(folder) {
  const root = join(folder, "many");
  const write = async (name, text) => {
    await mkdir(join(root, name, ".."), { recursive: true });
    await writeFile(join(root, name), text);
  };
  for (let at = 0; at < FILES; at++) {
    const inside = `part-${String(at % FOLDERS).padStart(2, "0")}`;
    if (at < WORKFLOWS) await write(`${inside}/flow-${at}.asl.json`, flow(`S${at}`));
    else if (at % 3 === 0) await write(`${inside}/data-${at}.json`, JSON.stringify({ rows: Array(200).fill(at) }));
    else await write(`${inside}/code-${at}.ts`, `export const x = ${at};\n`.repeat(40));
  }
  for (let at = 0; at < 400; at++)
    for (const skipped of ["node_modules", ".git", "target"]) await write(`${skipped}/p${at}/no.asl.json`, flow("No"));
  // A loop, a link to nothing, a pipe that nobody writes to, bytes that are no text, and a folder called like a file.
  await symlink(root, join(root, "part-00/loop"));
  await symlink(join(root, "nowhere"), join(root, "part-00/broken.asl.json"));
  execFileSync("mkfifo", [join(root, "part-00/pipe.asl.json")]);
  await writeFile(join(root, "part-01/bytes.asl.json"), Buffer.from([0xff, 0xfe, 0x00, 0x9f]));
  await mkdir(join(root, "part-02/folder.asl.json"));
  return root;
}

export const journeys = [
  {
    name: "5,000 files: the tree comes soon, the window stays usable meanwhile, and only workflows are in it",
    async run({ page, open, openExample, folder }) {
      const root = await project(folder);
      await open();
      await openExample("order-approval");
      await page.evaluate(() => {
        window.longest = 0;
        let last = performance.now();
        const frame = (now) => {
          window.longest = Math.max(window.longest, now - last);
          last = now;
          requestAnimationFrame(frame);
        };
        requestAnimationFrame(frame);
      });
      await page.keyboard.press("Control+Alt+o");
      await page.getByLabel("Folder to open").fill(root);
      const start = performance.now();
      await page.keyboard.press("Enter");
      await page.locator("dialog").waitFor({ state: "detached" });
      const tree = page.getByRole("tree", { name: "Files" });
      await tree.getByRole("treeitem").first().waitFor();
      const first = performance.now() - start;
      await page.locator(".folder-progress").waitFor({ state: "detached", timeout: 30_000 });
      const whole = performance.now() - start;
      const longest = await page.evaluate(() => window.longest);
      console.log(
        `  ${FILES} files: first row after ${Math.round(first)} ms, all after ${Math.round(whole)} ms, longest frame ${Math.round(longest)} ms`,
      );
      expect(longest < 2_000, `no frame took longer than two seconds: ${Math.round(longest)} ms`);
      const names = await tree.getByRole("treeitem").allTextContents();
      expect(!names.some((name) => /node_modules|target|\.git|loop|pipe/.test(name)), "nothing else is in it");
      const find = page.getByLabel("Find file or workflow");
      for (const name of ["flow-0.asl", "flow-150", "bytes", "flow-299"]) {
        await find.fill(name);
        await tree.getByRole("treeitem", { name: new RegExp(name) }).waitFor();
      }
      for (const name of ["no.asl", "pipe", "loop", "data-"]) {
        await find.fill(name);
        await page.getByText("No file or workflow matches.").waitFor();
      }
      await find.fill("flow-299");
      await tree.getByRole("treeitem", { name: /flow-299/ }).click();
      await page.locator(".tab.on", { hasText: "flow-299" }).waitFor();
    },
  },
];
