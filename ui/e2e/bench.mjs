// Measures the canvas in Chromium on generated workflows and prints figures; it judges nothing. `cargo dev bench --ui`.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { journey } from "./harness.mjs";
import { editor, openByPath } from "./steps.mjs";

const SIZES = process.argv
  .slice(2)
  .map(Number)
  .filter((size) => size > 0);

/** A chain with choices that lead ahead and back, every twentieth state a Parallel of two branches. */
function workflow(size) {
  const names = Array.from({ length: size }, (_, index) => `State ${String(index + 1)}`);
  const States = {};
  names.forEach((name, index) => {
    const next = names[index + 1];
    const on = next === undefined ? { End: true } : { Next: next };
    if (index % 20 === 19) {
      const branch = (word) => ({
        StartAt: `${name} ${word}`,
        States: { [`${name} ${word}`]: { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", End: true } },
      });
      States[name] = { Type: "Parallel", Branches: [branch("left"), branch("right")], ...on };
    } else if (index % 7 === 6 && next !== undefined) {
      const target = names[Math.min(size - 1, index + 4)];
      States[name] = {
        Type: "Choice",
        Choices: [{ Variable: "$.total", NumericGreaterThan: index, Next: target }],
        Default: next,
      };
    } else
      States[name] = {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: `step-${String(index)}` },
        ...on,
      };
  });
  return JSON.stringify({ StartAt: names[0], States }, null, 2);
}

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

console.log("states   open ms   pan fps   zoom fps   edit ms   form ms   yaml ms");
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
      begin = performance.now();
      await page.keyboard.type("X");
      await page.waitForFunction(
        () =>
          [...document.querySelectorAll(".react-flow__node .node-name")].some(
            (name) => name.textContent === "XState 2",
          ),
        undefined,
        { timeout: 30_000 },
      );
      const edited = performance.now() - begin;

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
          edited.toFixed(0).padStart(9),
          formed.toFixed(0).padStart(9),
          yaml.toFixed(0).padStart(9),
        ].join(" "),
      );
    },
    { timeout: 60_000 },
  );
}

/** The same shape of states that do nothing, so that steps are all that takes time. */
function withoutCalls(definition) {
  const calm = (state) => {
    if (state.Type === "Task") {
      const { Next, End } = state;
      return { Type: "Pass", ...(End ? { End } : { Next }) };
    }
    if (state.Branches)
      return {
        ...state,
        ResultPath: null,
        Branches: state.Branches.map((branch) => ({
          ...branch,
          States: Object.fromEntries(Object.entries(branch.States).map(([name, inner]) => [name, calm(inner)])),
        })),
      };
    return state;
  };
  const { StartAt, States } = JSON.parse(definition);
  return JSON.stringify({
    StartAt,
    States: Object.fromEntries(Object.entries(States).map(([name, state]) => [name, calm(state)])),
  });
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
      await page.getByRole("textbox", { name: "Input", exact: true }).click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText('{"total": 0}');
      await page.getByRole("button", { name: "Debug", exact: true }).click();
      await page.locator(".pause-chip").waitFor();
      const percentile = (times, part) =>
        times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))];
      const over = [];
      for (let step = 0; step < STEPS; step++) over.push(await stepped(page, "F10"));
      const back = [];
      for (let step = 0; step < 20; step++) back.push(await stepped(page, "Shift+F10"));
      console.log(
        [
          String(size).padEnd(6),
          percentile(over, 0.5).toFixed(0).padStart(13),
          percentile(over, 0.95).toFixed(0).padStart(13),
          percentile(back, 0.95).toFixed(0).padStart(13),
        ].join(" "),
      );
    },
    { timeout: 60_000 },
  );
}

// Looking at runs is measured beside it.
await import("./bench-looking.mjs");
