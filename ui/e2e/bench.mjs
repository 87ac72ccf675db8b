// Measures the canvas in Chromium on generated workflows and prints figures; it judges nothing. `cargo dev bench --ui`.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { quantile, withoutCalls, workflow } from "./generated.mjs";
import { journey } from "./harness.mjs";
import { editor, openByPath } from "./steps.mjs";

const SIZES = process.argv
  .slice(2)
  .map(Number)
  .filter((size) => size > 0);

/** Frames a second while `work` keeps the picture moving. */
async function framesDuring(page, work) {
  await page.evaluate(() => {
    // Held here: the loop of the measurement before may not have seen its end yet.
    const frames = { count: 0, begin: performance.now(), on: true };
    window.__frames = frames;
    const tick = () => {
      if (frames.on) {
        frames.count++;
        requestAnimationFrame(tick);
      }
    };
    requestAnimationFrame(tick);
  });
  await work();
  return page.evaluate(() => {
    window.__frames.on = false;
    return (window.__frames.count * 1000) / (performance.now() - window.__frames.begin);
  });
}

/** The cursor right behind the quote of the state's name, which selects it. */
async function toState2(page, name) {
  await editor(page).click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+f");
  await page.locator(".document-editor .cm-search [name=search]").selectText();
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowRight");
}

/** Milliseconds from a key in the code until the state beside has this name, and a frame has shown it. */
async function typed(page, name) {
  await page.evaluate((name) => {
    window.__typed = new Promise((done) => {
      window.addEventListener(
        "keydown",
        () => {
          const begin = performance.now();
          const look = () => {
            const names = document.querySelectorAll(".react-flow__node .node-name");
            if ([...names].some((shown) => shown.textContent === name))
              requestAnimationFrame(() => done(performance.now() - begin));
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        },
        { once: true, capture: true },
      );
    });
  }, name);
  await page.keyboard.type("X");
  return page.evaluate(() => window.__typed);
}

/** Milliseconds from Enter in a field of the selected state's form until the code shows the new value. */
async function fromTheForm(page) {
  const field = page.getByLabel("Resource", { exact: true });
  await field.waitFor();
  await field.fill("arn:aws:states:::sns:publish");
  await page.evaluate(() => {
    window.__seen = new Promise((done) => {
      const content = document.querySelector(".document-editor").shadowRoot.querySelector(".cm-content");
      window.addEventListener(
        "keydown",
        () => {
          const begin = performance.now();
          const look = () => {
            if (content.textContent.includes("sns:publish")) done(performance.now() - begin);
            else requestAnimationFrame(look);
          };
          look();
        },
        { once: true, capture: true },
      );
    });
  });
  await page.keyboard.press("Enter");
  return page.evaluate(() => window.__seen);
}

/** The same on the same workflow in YAML. */
async function asYaml(page, stage, size) {
  const file = join(stage.folder, `generated-${String(size)}.asl.yaml`);
  const machine = JSON.parse(workflow(size));
  const text = (value, indent) =>
    Object.entries(value)
      .map(([key, inner]) => {
        const name = `${" ".repeat(indent)}${JSON.stringify(key)}:`;
        if (Array.isArray(inner)) return `${name} ${JSON.stringify(inner)}`;
        return typeof inner === "object" ? `${name}\n${text(inner, indent + 2)}` : `${name} ${JSON.stringify(inner)}`;
      })
      .join("\n");
  await writeFile(file, `${text(machine, 0)}\n`);
  await openByPath(page, file);
  await page.locator('.react-flow__node[data-id="/States/State 2"]').waitFor({ timeout: 60_000 });
  await toState2(page, '"State 2":');
  return fromTheForm(page);
}

const EDITS = 30;
/** Between two keys, as somebody types who types fast. */
const BETWEEN_KEYS_MS = 120;
console.log("states   open ms   pan fps   zoom fps   edit p50 ms   edit p95 ms   form ms   yaml ms");
for (const size of SIZES.length > 0 ? SIZES : [200, 500, 1000]) {
  await journey(
    async (stage) => {
      const { page } = stage;
      const file = join(stage.folder, `generated-${String(size)}.asl.json`);
      await writeFile(file, workflow(size));
      await stage.open();
      let begin = performance.now();
      await openByPath(page, file);
      await page.waitForSelector(".canvas[data-ready] .react-flow__node", { timeout: 60_000 });
      const opened = performance.now() - begin;

      const box = await page.locator(".canvas").boundingBox();
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const pan = await framesDuring(page, async () => {
        await page.mouse.move(middle.x, middle.y);
        await page.mouse.down({ button: "left" });
        for (let step = 0; step < 60; step++)
          await page.mouse.move(middle.x + 200 * Math.sin(step / 8), middle.y - step * 6);
        await page.mouse.up();
      });
      const zoom = await framesDuring(page, async () => {
        for (let step = 0; step < 60; step++) await page.mouse.wheel(0, step < 30 ? 60 : -60);
      });

      await page.keyboard.press("Alt+2");
      // All of it, so that the edited state is drawn.
      await page.getByRole("button", { name: "Fit the whole workflow" }).click();
      await toState2(page, '"State 2": {');
      const edits = [];
      for (let round = 0; round < EDITS; round++) {
        await page.waitForTimeout(BETWEEN_KEYS_MS);
        edits.push(await typed(page, `${"X".repeat(round + 1)}State 2`));
      }

      // The other way: a field of the form, until the code beside shows it.
      await page.keyboard.press("Control+z");
      const formed = await fromTheForm(page);
      const yaml = await asYaml(page, stage, size);
      console.log(
        [
          String(size).padEnd(6),
          opened.toFixed(0).padStart(9),
          pan.toFixed(0).padStart(9),
          zoom.toFixed(0).padStart(10),
          quantile(edits, 0.5).toFixed(0).padStart(13),
          quantile(edits, 0.95).toFixed(0).padStart(13),
          formed.toFixed(0).padStart(9),
          yaml.toFixed(0).padStart(9),
        ].join(" "),
      );
    },
    { timeout: 60_000 },
  );
}

/** Milliseconds from the press of a key that steps until the picture of where it stands is drawn. */
async function stepped(page, key) {
  await page.evaluate(() => {
    const words = () => document.querySelector(".pause-chip")?.textContent ?? "";
    const before = words();
    window.__stepped = new Promise((done) => {
      window.addEventListener(
        "keydown",
        () => {
          const begin = performance.now();
          const look = () => {
            // Drawn is what a frame later is still there.
            if (words() !== before && words() !== "") requestAnimationFrame(() => done(performance.now() - begin));
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        },
        { once: true, capture: true },
      );
    });
  });
  await page.keyboard.press(key);
  return page.evaluate(() => window.__stepped);
}

const STEPS = 60;
console.log("\nstates   step p50 ms   step p95 ms   back p95 ms");
for (const size of [200]) {
  await journey(
    async (stage) => {
      const { page } = stage;
      await page.addInitScript(() => {
        localStorage.setItem(
          "stepwright-panels",
          JSON.stringify({ state: { bottom: 300, bottomOpen: true, page: "debug" }, version: 1 }),
        );
      });
      const file = join(stage.folder, `stepping-${String(size)}.asl.json`);
      await writeFile(file, withoutCalls(workflow(size)));
      await stage.open();
      await openByPath(page, file);
      await page.waitForSelector(".canvas[data-ready] .react-flow__node", { timeout: 60_000 });
      await page.keyboard.press("F5");
      await page.locator(".run-dialog").waitFor();
      await page.getByRole("button", { name: "Debug", exact: true }).click();
      await page.locator(".pause-chip").waitFor();
      const over = [];
      for (let step = 0; step < STEPS; step++) over.push(await stepped(page, "F10"));
      const back = [];
      for (let step = 0; step < 20; step++) back.push(await stepped(page, "Shift+F10"));
      console.log(
        [
          String(size).padEnd(6),
          quantile(over, 0.5).toFixed(0).padStart(13),
          quantile(over, 0.95).toFixed(0).padStart(13),
          quantile(back, 0.95).toFixed(0).padStart(13),
        ].join(" "),
      );
    },
    { timeout: 60_000 },
  );
}

// Looking at runs is measured beside it.
await import("./bench-looking.mjs");
