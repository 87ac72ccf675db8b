// Where the keyboard stands is to be seen: everything that takes the focus shows it, in both themes and in every view. And
// where motion is not wanted, nothing moves.

import { join } from "node:path";
import { writeFile } from "node:fs/promises";

import { expect, openByPath } from "../steps.mjs";

const shut = async (page) => {
  await page.keyboard.press("Escape");
  await page.locator("dialog[open]").waitFor({ state: "detached" });
};

/** One state of every type, with what their forms are made of. */
const ALL_TYPES = {
  Comment: "One of each",
  StartAt: "Call",
  States: {
    Call: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "pay", "Payload.$": "$" },
      ResultPath: "$.paid",
      TimeoutSeconds: 30,
      Retry: [{ ErrorEquals: ["Lambda.ServiceException"], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 2 }],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Failed" }],
      Next: "Which",
    },
    Which: {
      Type: "Choice",
      Choices: [
        { And: [{ Variable: "$.a", IsPresent: true }, { Not: { Variable: "$.a", NumericLessThan: 3 } }], Next: "Rest" },
        { Variable: "$.b", StringEquals: "x", Next: "Both" },
      ],
      Default: "Each",
    },
    Rest: { Type: "Wait", Seconds: 5, Next: "Shape" },
    Shape: { Type: "Pass", Result: { a: [1, 2], b: { c: "d" } }, ResultPath: "$.x", Next: "Done" },
    Both: {
      Type: "Parallel",
      Branches: [
        { StartAt: "Left", States: { Left: { Type: "Pass", End: true } } },
        { StartAt: "Right", States: { Right: { Type: "Pass", End: true } } },
      ],
      Next: "Done",
    },
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      MaxConcurrency: 4,
      ItemProcessor: { StartAt: "One", States: { One: { Type: "Pass", End: true } } },
      Next: "Done",
    },
    Done: { Type: "Succeed" },
    Failed: { Type: "Fail", Error: "Bad", Cause: "It was bad" },
  },
};

const selectState = (name) => async (page) => {
  await page.getByRole("tree", { name: "States" }).waitFor();
  await page.locator(`[role=treeitem][data-id="/States/${name}"]`).click();
  await page.waitForFunction(
    (wanted) => [...document.querySelectorAll(".inspector input")].some((one) => one.value === wanted),
    name,
  );
  await page.locator(".state-form").waitFor();
};

const VIEWS = [
  ["the start", async () => undefined],
  [
    "the canvas",
    async (page, file) => {
      await openByPath(page, file);
      await page.waitForSelector(".canvas[data-ready] .react-flow__node");
    },
  ],
  ["the outline", (page) => page.keyboard.press("Control+p")],
  ...["Call", "Which", "Rest", "Shape", "Both", "Each", "Done", "Failed"].map((name) => [
    `the form of ${name}`,
    selectState(name),
  ]),
  ["canvas and code", (page) => page.keyboard.press("Alt+2")],
  ["code", (page) => page.keyboard.press("Alt+3")],
  [
    "what can be added",
    async (page) => {
      await page.keyboard.press("Alt+1");
      await page.keyboard.press("Control+Shift+a");
      await page.locator(".piece-service").first().waitFor();
    },
  ],
  [
    "files",
    async (page) => {
      await page.keyboard.press("Control+Shift+f");
      await page.locator(".files-page").waitFor();
    },
  ],
  ["problems", (page) => page.keyboard.press("Control+Shift+m")],
  ["executions", (page) => page.keyboard.press("Control+Shift+h")],
  ["the debugger", (page) => page.keyboard.press("Control+Shift+d")],
  [
    "settings",
    async (page) => {
      await page.keyboard.press("Control+,");
      await page.locator(".settings-dialog").waitFor();
    },
    shut,
  ],
  [
    "blueprints",
    async (page) => {
      await page.keyboard.press("Control+Shift+n");
      await page.locator(".blueprint-picture").waitFor();
    },
    shut,
  ],
  [
    "the command palette",
    async (page) => {
      await page.keyboard.press("Control+k");
      await page.locator(".palette").waitFor();
    },
    shut,
  ],
  [
    "opening a file",
    async (page) => {
      await page.keyboard.press("Control+o");
      await page.getByLabel("Path", { exact: true }).waitFor();
    },
    shut,
  ],
  [
    "the run dialog",
    async (page) => {
      await page.keyboard.press("F5");
      await page.locator(".run-dialog").waitFor();
    },
    shut,
  ],
  [
    "the export",
    async (page) => {
      await page.keyboard.press("Control+Shift+e");
      await page.locator('.ship-main[aria-busy="false"] .ship-stand').first().waitFor();
    },
    shut,
  ],
  [
    "a run that stands still",
    async (page) => {
      await page.keyboard.press("F5");
      await page.locator(".run-dialog").waitFor();
      await page.getByRole("button", { name: "Debug", exact: true }).click();
      await page.locator(".pause-chip").waitFor();
    },
  ],
];

/** In the page: what the style says of an element and of what is around it, and all that takes the focus. */
function install() {
  const deepest = () => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at;
  };
  const above = (element) => element.parentElement ?? element.getRootNode().host ?? null;
  const PARTS = ["outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "backgroundColor"];
  const SIDES = ["borderTopColor", "borderBottomColor", "borderLeftColor"];
  /** The element and three around it; what is active within a list; what is drawn before and after it. */
  const concerned = (element) => {
    const list = [element];
    for (let at = above(element); at && list.length < 4; at = above(at)) list.push(at);
    const active = element.getAttribute("aria-activedescendant");
    if (active) list.push(document.getElementById(active));
    const chosen = element.querySelector?.('[aria-selected="true"], [aria-current="true"], .on');
    if (chosen) list.push(chosen);
    const flow = [list[0], list[1]].filter(Boolean).flatMap((one) => [
      [one, "::before"],
      [one, "::after"],
    ]);
    return [...list.filter(Boolean).map((one) => [one, null]), ...flow];
  };
  const look = (element) =>
    concerned(element).map(([one, part]) => {
      const style = getComputedStyle(one, part);
      return Object.fromEntries([...PARTS, ...SIDES].map((name) => [name, style[name]]));
    });
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((value, at) => (value * a) / 255 + under[at] * (1 - a / 255));
  const luminance = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [x, y] = [luminance(a), luminance(b)].sort((one, other) => other - one);
    return (x + 0.05) / (y + 0.05);
  };
  /** What is painted beneath an element. */
  const ground = (element) => {
    const layers = [];
    for (let at = element; at; at = above(at)) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 255) break;
    }
    return layers.reduceRight((under, layer) => over(layer, under), [255, 255, 255]);
  };
  /** The strongest that the focus adds, as a contrast with what is around it. */
  const strength = (element, before, after) => {
    let best = 0;
    const things = concerned(element);
    after.forEach((now, at) => {
      const was = before[at];
      const thing = things[at];
      if (!was || !thing) return;
      const around = ground(above(thing[0]) ?? thing[0]);
      const against = (colour) => {
        const painted = rgba(colour);
        if (painted[3] > 0) best = Math.max(best, contrast(over(painted, around), around));
      };
      const outlined = now.outlineStyle !== "none" && parseFloat(now.outlineWidth) >= 1;
      const wasOutlined = was.outlineStyle !== "none" && parseFloat(was.outlineWidth) >= 1;
      if (outlined && (!wasOutlined || now.outlineColor !== was.outlineColor)) against(now.outlineColor);
      if (now.boxShadow !== was.boxShadow && now.boxShadow !== "none")
        against(/(?:rgba?|color|oklab|oklch)\([^)]*\)/.exec(now.boxShadow)?.[0] ?? "transparent");
      for (const side of ["borderTopColor", "borderBottomColor", "borderLeftColor"])
        if (now[side] !== was[side]) against(now[side]);
      if (now.backgroundColor !== was.backgroundColor) {
        const painted = rgba(now.backgroundColor);
        best = Math.max(best, contrast(over(painted, around), over(rgba(was.backgroundColor), around)));
      }
    });
    return best;
  };
  const called = (element) =>
    `${element.tagName.toLowerCase()}${typeof element.className === "string" && element.className !== "" ? `.${element.className.trim().split(/\s+/).join(".")}` : ""} “${(element.getAttribute("aria-label") ?? element.title ?? element.textContent ?? "").trim().slice(0, 40)}”`;
  const stops = (root) => {
    const found = [];
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) found.push(...stops(element.shadowRoot));
      if (element.tabIndex < 0 || element.disabled || element.inert || element.closest("[inert]")) continue;
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      if (element.matches("a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]"))
        found.push(element);
    }
    return found;
  };
  const inView = (element) => {
    const box = element.getBoundingClientRect();
    return box.bottom > 0 && box.right > 0 && box.top < window.innerHeight && box.left < window.innerWidth;
  };
  window.__focus = {
    deepest,
    called,
    inView,
    /** Focuses one after the other, and says what does not show it. */
    check() {
      const root = document.querySelector("dialog[open]") ?? document;
      const silent = [];
      const before = deepest();
      let looked = 0;
      for (const element of stops(root)) {
        element.blur();
        const was = look(element);
        element.focus({ focusVisible: true });
        if (deepest() !== element) continue;
        looked++;
        // Where one types, the caret shows it: of the accent's colour, two pixels wide.
        const caret = element.matches(".cm-content");
        const strong = strength(element, was, look(element));
        if (!caret && strong < 3) silent.push(`${called(element)}: ${strong.toFixed(1)}`);
        if (!inView(element)) silent.push(`${called(element)} is focused out of sight`);
      }
      before?.focus?.();
      return { looked, silent: [...new Set(silent)] };
    },
  };
}

const seen = (scheme) => ({
  name: `whatever takes the focus shows it, in every view, ${scheme}`,
  browser: { colorScheme: scheme, reducedMotion: "reduce" },
  async run({ page, folder, open }) {
    const file = join(folder, "all-types.asl.json");
    await writeFile(file, JSON.stringify(ALL_TYPES, null, 2));
    await open();
    await page.evaluate(install);
    const found = [];
    for (const [name, show, after] of VIEWS) {
      await show(page, file);
      // The last to act was the keyboard.
      await page.keyboard.press("Shift");
      const { looked, silent } = await page.evaluate(() => window.__focus.check());
      expect(looked > 0, `${name}: nothing takes the focus`);
      found.push(...silent.map((what) => `${name}: ${what}`));
      await after?.(page);
    }
    expect(found.length === 0, `the focus is not to be seen:\n  ${[...new Set(found)].join("\n  ")}`);
  },
});

/** Views that are walked through with the Tab key itself. */
const WALKED = new Set([
  "the start",
  "the form of Which",
  "canvas and code",
  "settings",
  "the run dialog",
  "the export",
]);
const MOST_STOPS = 150;

const walked = {
  name: "the Tab key goes through every view once, in the order in which it is read, and comes back",
  browser: { reducedMotion: "reduce" },
  async run({ page, folder, open }) {
    const file = join(folder, "all-types.asl.json");
    await writeFile(file, JSON.stringify(ALL_TYPES, null, 2));
    await open();
    await page.evaluate(install);
    const found = [];
    for (const [name, show, after] of VIEWS) {
      await show(page, file);
      if (WALKED.has(name)) found.push(...(await walk(page)).map((what) => `${name}: ${what}`));
      await after?.(page);
      if (name === "the export") break;
    }
    expect(found.length === 0, `the Tab key goes astray:\n  ${found.join("\n  ")}`);
  },
};

async function walk(page) {
  const wrong = [];
  await page.evaluate(() => {
    window.__stops = new Map();
    window.__last = null;
    if (!document.querySelector("dialog[open]")) document.activeElement?.blur();
  });
  for (let stop = 0; ; stop++) {
    if (stop === MOST_STOPS) return [...wrong, "it does not come back"];
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const { deepest, called, inView } = window.__focus;
      const element = deepest();
      if (!element || element === document.body) return { end: true };
      if (window.__stops.has(element)) return { end: window.__stops.get(element) === 0, again: called(element) };
      window.__stops.set(element, window.__stops.size);
      const last = window.__last;
      window.__last = element;
      const [a, b] = [last?.getBoundingClientRect(), element.getBoundingClientRect()];
      // Within one box it goes on to the right or downwards.
      const back =
        last &&
        last.parentElement === element.parentElement &&
        b.bottom <= a.top + 2 &&
        b.right <= a.left + 2 &&
        getComputedStyle(element.parentElement).position !== "static";
      return { name: called(element), seen: inView(element), back };
    });
    if (here.again !== undefined && !here.end) return [...wrong, `it is caught at ${here.again}`];
    if (here.end) return wrong;
    if (!here.seen) wrong.push(`${here.name} is out of sight`);
    if (here.back) wrong.push(`it goes back to ${here.name}`);
    // In a text the Tab key indents; Escape gives it back.
    if (await page.evaluate(() => window.__focus.deepest().matches(".document-editor .cm-content, .cm-content")))
      await page.keyboard.press("Escape");
  }
}

/** The system says it, or the setting does. */
const still = (bySetting) => ({
  name: `where motion is not wanted${bySetting ? " by the setting" : ""}, nothing moves: no view, no dialog, no canvas`,
  browser: { reducedMotion: bySetting ? "no-preference" : "reduce" },
  async run({ page, folder, open }) {
    const file = join(folder, "all-types.asl.json");
    await writeFile(file, JSON.stringify(ALL_TYPES, null, 2));
    if (bySetting)
      await page.addInitScript(() => {
        localStorage.setItem("stepwright-preferences", JSON.stringify({ state: { motion: "reduced" }, version: 1 }));
      });
    await open();
    const moving = [];
    for (const [name, show, after] of VIEWS) {
      await show(page, file);
      const found = await page.evaluate(() => {
        const roots = (root) => [
          root,
          ...[...root.querySelectorAll("*")].flatMap((one) => (one.shadowRoot ? roots(one.shadowRoot) : [])),
        ];
        const said = [];
        for (const root of roots(document)) {
          for (const animation of root.getAnimations()) {
            const { duration, iterations } = animation.effect.getComputedTiming();
            if (duration > 1)
              said.push(`${animation.animationName ?? animation.transitionProperty} ${duration} ms × ${iterations}`);
          }
          for (const element of root.querySelectorAll("*")) {
            const style = getComputedStyle(element);
            const longest = (list) =>
              Math.max(...list.split(",").map((one) => parseFloat(one) * (/ms/.test(one) ? 1 : 1000)));
            if (longest(style.transitionDuration) > 1)
              said.push(`${element.tagName.toLowerCase()}.${String(element.className)} has a transition`);
            if (style.animationName !== "none" && longest(style.animationDuration) > 1)
              said.push(
                `${element.tagName.toLowerCase()}.${String(element.className)} is animated by ${style.animationName}`,
              );
            if (style.scrollBehavior === "smooth") said.push(`${element.tagName.toLowerCase()} scrolls smoothly`);
          }
        }
        return [...new Set(said)];
      });
      moving.push(...found.map((what) => `${name}: ${what}`));
      await after?.(page);
    }
    expect(moving.length === 0, `it moves:\n  ${[...new Set(moving)].slice(0, 30).join("\n  ")}`);
    await page.keyboard.press("Shift+F5");
    await page.locator(".canvas").focus();
    // The canvas goes to another place within one frame.
    const places = await page.evaluate(async () => {
      const view = document.querySelector(".react-flow__viewport");
      const found = new Set([view.style.transform]);
      const frame = () => new Promise((done) => requestAnimationFrame(done));
      document.querySelector('button[aria-label="Zoom in"]').click();
      for (let at = 0; at < 20; at++) {
        await frame();
        found.add(view.style.transform);
      }
      return found.size;
    });
    expect(places === 2, `zooming in shows ${places} places`);
  },
});

export const journeys = [seen("dark"), seen("light"), walked, still(false), still(true)];
