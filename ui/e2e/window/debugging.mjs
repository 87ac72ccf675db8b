// Breakpoints, the past, and what outlives the application, in the real window.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { assert, By, journey, Key } from "./harness.mjs";

const ORDERS = '{"orders": [{"total": 20}, {"total": 240}, {"total": 7}]}';

/** A Map behind so many states, every one of which adds to the data, so that no two moments look alike. */
function definition(lead) {
  const States = {
    Each: {
      Type: "Map",
      ItemsPath: "$.orders",
      ResultPath: "$.each",
      Next: "Last",
      ItemProcessor: {
        StartAt: "Price",
        States: { Price: { Type: "Pass", Next: "Pack" }, Pack: { Type: "Pass", End: true } },
      },
    },
    Last: { Type: "Succeed" },
  };
  for (let at = 1; at <= lead; at++)
    States[`S${String(at)}`] = {
      Type: "Pass",
      Result: at * 3,
      ResultPath: `$.s${String(at)}`,
      Assign: { limit: 100, [`v${String(at)}`]: at },
      Next: at === lead ? "Each" : `S${String(at + 1)}`,
    };
  return { StartAt: "S1", States };
}

const nameOf = (name) => By.xpath(`//*[@data-testid="canvas"]//*[contains(@class, "node-name")][text()="${name}"]`);
const paused = (words) => [
  `it pauses ${words}`,
  `return document.querySelector(".pause-chip")?.textContent.includes(arguments[0])`,
  words,
];
const succeeds = ["the run succeeds", `return document.querySelector(".banner")?.dataset.status === "succeeded"`];

/** What the debugger shows of the moment before a state: its input, every variable, and where everything stands. */
const look = (window, state) =>
  window.until(
    `the data of ${state} is on show`,
    `const text = (selector) => [...document.querySelectorAll(".debug-panel " + selector)].map((each) => each.innerText.replace(/\\s+/g, " "));
     const input = text(".data .stage")[0] ?? "";
     const threads = text(".threads");
     return input.includes(arguments[0]) && !input.includes(arguments[1]) && threads[0]?.includes(arguments[2])
       ? { input, variables: text(".stage.variable"), threads } : null`,
    // What the state before it added is there, what it adds itself is not.
    `"s${String(state - 1)}": ${String((state - 1) * 3)}`,
    `"s${String(state)}"`,
    `S${String(state)} is about to run`,
  );

async function openSteps(home, launch, lead) {
  const file = join(home.folder, "steps.asl.json");
  writeFileSync(file, JSON.stringify(definition(lead), null, 2));
  writeFileSync(join(home.folder, "steps.input.json"), ORDERS);
  const window = await launch({ files: [file] });
  await window.find(".canvas[data-ready] .react-flow__node");
  // Events are shown as fast as they come.
  await window.click("[aria-label='Speed']");
  await window.press(Key.END);
  return window;
}

/** Chooses a state, wherever the view is. */
async function choose(window, name) {
  await window.click("[aria-label='Fit the whole workflow']");
  const chosen = `return document.querySelector(".react-flow__node.selected .node-name")?.textContent === arguments[0]`;
  // The view may still be moving, and a click beside the state chooses nothing.
  for (let attempt = 0; attempt < 20 && !(await window.driver.executeScript(chosen, name)); attempt++)
    await window.click(nameOf(name));
  await window.until(`${name} is chosen`, chosen, name);
}

async function start(window) {
  await window.press(Key.F5);
  await window.find(".run-dialog");
  await window.click(By.xpath("//dialog//button[normalize-space(.)='Debug']"));
  await window.until(...paused("before S1 runs"));
}

/** Begins to debug, with a condition on the last state of the Map. */
async function debugging(home, launch) {
  const window = await openSteps(home, launch, 2);
  await choose(window, "Pack");
  await window.press(Key.F9);
  await window.find(".breakpoint-dot");
  await window.press(Key.SHIFT, Key.F9);
  await window.find(".breakpoint-dialog");
  await window.type("$.total > $limit");
  await window.press(Key.CONTROL, Key.ENTER);
  await window.find(".breakpoint-dot.conditional");
  await start(window);
  return window;
}

journey("a conditional breakpoint inside a Map stops once", async ({ home, launch }) => {
  const window = await debugging(home, launch);
  await window.press(Key.F5);
  await window.until(...paused("before Pack runs"));
  await window.until(...paused("item 1"));
  await window.press(Key.F5);
  await window.until(...succeeds);
});

journey("ten states back everything is as in a fresh run that stops there", async ({ home, launch }) => {
  const window = await openSteps(home, launch, 12);
  await start(window);
  await window.click(By.xpath("//button[@role='tab'][normalize-space(.)='Debugger']"));
  await choose(window, "S12");
  await window.press(Key.CONTROL, Key.F10);
  await window.until(...paused("before S12 runs"));
  for (let back = 11; back >= 2; back--) {
    await window.press(Key.SHIFT, Key.F10);
    await window.until(...paused(`before S${String(back)} runs`));
  }
  await window.find(".pause-chip.past");
  const then = await look(window, 2);
  assert.ok(then.variables.length > 0 && then.threads.length > 0, JSON.stringify(then));
  await window.click(window.button("Back to now"));
  await window.until(...paused("before S12 runs"));
  await window.press(Key.SHIFT, Key.F5);
  await window.until("the run ends", `return document.querySelector(".banner")?.dataset.status === "aborted"`);

  await start(window);
  await choose(window, "S2");
  await window.press(Key.CONTROL, Key.F10);
  await window.until(...paused("before S2 runs"));
  assert.deepEqual(await look(window, 2), then);
});

journey("a paused run outlives the killed application, and goes on", async ({ home, launch }) => {
  let window = await debugging(home, launch);
  await window.press(Key.F5);
  await window.until(...paused("item 1"));
  window.kill();
  window = await launch();
  await window.click(window.button("Resume"));
  await window.until(...paused("before Pack runs"));
  await window.until(...paused("item 1"));
  await window.find(".breakpoint-dot.conditional");
  await window.press(Key.F5);
  await window.until(...succeeds);
});
