// Measures the real window on generated workflows and prints figures; it judges nothing. `cargo dev bench --ui` runs it after
// the measurements in Chromium. Everything is measured inside the page, so the driver's own time does not count.

import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { quantile, withoutCalls, workflow } from "../generated.mjs";
import { By, Key, launch, newHome } from "./harness.mjs";

/** Clock ticks a second in /proc, the same on every Linux that Stepwright runs on. */
const TICKS = 100;

/** When the application was started, in milliseconds since 1970, as the kernel knows. */
function startedAt() {
  const boot = Number(/btime (\d+)/.exec(readFileSync("/proc/stat", "utf8"))[1]) * 1000;
  const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) * 1000;
  // `btime` is whole seconds; the uptime has hundredths.
  const precise = Math.abs(Date.now() - uptime - boot) < 2_000 ? Date.now() - uptime : boot;
  const own = readdirSync("/proc").filter((name) => {
    try {
      return /^\d+$/.test(name) && basename(readlinkSync(`/proc/${name}/exe`)).startsWith("stepwright-desktop");
    } catch {
      return false;
    }
  });
  const starts = own.map((pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return precise + (Number(fields[19]) * 1000) / TICKS;
  });
  return Math.max(...starts);
}

/** Runs a function in the page that answers with a promise. */
async function measured(window, work, ...parameters) {
  await window.driver.executeScript(
    `window.__measured = undefined;
     (${work.toString()})(...arguments).then((value) => { window.__measured = { value }; }, (error) => { window.__measured = { error: String(error) }; });`,
    ...parameters,
  );
  const { value, error } = await window.until("the measurement ends", "return window.__measured", []);
  if (error !== undefined) throw new Error(error);
  return value;
}

/** In the page: measures from the next key or click until `there` holds and a frame has shown it. */
const from = (event, window, there, ...parameters) =>
  window.driver.executeScript(
    `const there = ${there.toString()};
     const parameters = [...arguments];
     window.__measured = undefined;
     window.addEventListener(${JSON.stringify(event)}, () => {
       const begin = performance.now();
       const look = () => {
         if (there(...parameters)) requestAnimationFrame(() => { window.__measured = performance.now() - begin; });
         else requestAnimationFrame(look);
       };
       requestAnimationFrame(look);
     }, { once: true, capture: true });`,
    ...parameters,
  );
const time = (window) => window.until("the measurement ends", "return window.__measured");

/** In the page: frames a second while the picture is dragged about, or zoomed. */
function moving(how) {
  return new Promise((done) => {
    const pane = document.querySelector(".react-flow__pane");
    const box = pane.getBoundingClientRect();
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const at = (name, x, y, more = {}) =>
      new window.MouseEvent(name, { bubbles: true, cancelable: true, view: window, clientX: x, clientY: y, ...more });
    if (how === "pan") pane.dispatchEvent(at("mousedown", middle.x, middle.y, { button: 0, buttons: 1 }));
    let frames = 0;
    const begin = performance.now();
    const frame = () => {
      if (++frames > 90) {
        if (how === "pan") window.dispatchEvent(at("mouseup", middle.x, middle.y));
        done(((frames - 1) * 1000) / (performance.now() - begin));
        return;
      }
      if (how === "pan")
        window.dispatchEvent(
          at("mousemove", middle.x + 200 * Math.sin(frames / 8), middle.y - frames * 6, { button: 0, buttons: 1 }),
        );
      else
        pane.dispatchEvent(
          new window.WheelEvent("wheel", {
            bubbles: true,
            cancelable: true,
            view: window,
            clientX: middle.x,
            clientY: middle.y,
            deltaY: frames < 45 ? 30 : -30,
          }),
        );
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

async function started() {
  const home = newHome();
  const times = [];
  // The first start also fills the caches of the system.
  for (let round = 0; round < 5; round++) {
    const window = await launch(home);
    const began = startedAt();
    await window.until("the window is drawn", `return document.querySelector(".toolbar") !== null`);
    const painted = await window.until(
      "the first paint is known",
      `const [entry] = performance.getEntriesByName("first-contentful-paint");
       return entry ? performance.timeOrigin + entry.startTime : 0`,
    );
    times.push(painted - began);
    await window.close();
  }
  home.remove();
  console.log(`start to first paint, five times: ${times.map((one) => one.toFixed(0)).join(", ")} ms`);
}

const drawn = () => document.querySelector(".canvas[data-ready] .react-flow__node") !== null;

async function canvas(size) {
  const home = newHome();
  const file = join(home.folder, `generated-${String(size)}.asl.json`);
  writeFileSync(file, workflow(size));
  // Opened once and closed, so that it is among the recent files of the next start.
  const earlier = await launch(home, { files: [file] });
  await earlier.until("the workflow is drawn", `return (${drawn.toString()})()`);
  await earlier.press(Key.CONTROL, "w");
  await earlier.find("#start-recent");
  await new Promise((done) => setTimeout(done, 1_000));
  await earlier.close();
  const window = await launch(home);
  const open = await window.find(window.button(`generated-${String(size)}`));
  await from("click", window, drawn);
  await open.click();
  const opened = await time(window);

  const pan = await measured(window, moving, "pan");
  const zoom = await measured(window, moving, "zoom");

  await window.press(Key.ALT, "2");
  await window.click(By.css('button[aria-label="Fit the whole workflow"]'));
  await window.click(".document-editor");
  await window.press(Key.CONTROL, "f");
  await window.type('"State 2": {');
  await window.press(Key.ENTER);
  await window.press(Key.ESCAPE);
  await window.press(Key.ARROW_LEFT);
  await window.press(Key.ARROW_RIGHT);
  const edits = [];
  for (let round = 1; round <= 30; round++) {
    await new Promise((done) => setTimeout(done, 120));
    const name = `${"X".repeat(round)}State 2`;
    await from(
      "keydown",
      window,
      (wanted) =>
        [...document.querySelectorAll(".react-flow__node .node-name")].some((shown) => shown.textContent === wanted),
      name,
    );
    await window.press("X");
    edits.push(await time(window));
  }
  await window.close();
  home.remove();
  console.log(
    [
      String(size).padEnd(6),
      opened.toFixed(0).padStart(9),
      pan.toFixed(0).padStart(9),
      zoom.toFixed(0).padStart(10),
      quantile(edits, 0.5).toFixed(0).padStart(13),
      quantile(edits, 0.95).toFixed(0).padStart(13),
    ].join(" "),
  );
}

async function stepping(size) {
  const home = newHome();
  const file = join(home.folder, `stepping-${String(size)}.asl.json`);
  writeFileSync(file, withoutCalls(workflow(size)));
  const window = await launch(home, { files: [file] });
  await window.until("the workflow is drawn", `return (${drawn.toString()})()`);
  await window.press(Key.F5);
  await window.click(By.xpath("//button[normalize-space(.)='Debug' or starts-with(normalize-space(.), 'Debug ')]"));
  await window.find(".pause-chip");
  const steps = [];
  for (let step = 0; step < 40; step++) {
    const before = await window.driver.executeScript(`return document.querySelector(".pause-chip").textContent`);
    await from(
      "keydown",
      window,
      (last) => {
        const words = document.querySelector(".pause-chip")?.textContent ?? "";
        return words !== "" && words !== last;
      },
      before,
    );
    await window.press(Key.F10);
    steps.push(await time(window));
  }
  await window.close();
  home.remove();
  console.log(
    `\na step through ${String(size)} states, from key to picture: p50 ${quantile(steps, 0.5).toFixed(0)} ms, p95 ${quantile(steps, 0.95).toFixed(0)} ms`,
  );
}

console.log("\nthe window (the system's web view, drawn in software)");
await started();
console.log("states   open ms   pan fps   zoom fps   edit p50 ms   edit p95 ms");
for (const size of [200, 500, 1000]) await canvas(size);
await stepping(200);
process.exit(0);
