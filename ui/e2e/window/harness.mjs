// The real window under WebDriver. Every run of the application has its own ports, process group and log file; every
// journey its own home. WebKitWebDriver must be of the same version as the web view; both come from the same source package.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Builder, By, Capabilities, Key } from "selenium-webdriver";

export { assert, By, Key };

// Every launch kills what it started when this process ends.
process.setMaxListeners(0);

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const APPLICATION = process.env.STEPWRIGHT_WINDOW ?? join(ROOT, "target/debug/stepwright-desktop");
const DRIVER = process.env.TAURI_DRIVER ?? "tauri-driver";
/** How long anything on the screen may take, on a slow machine that does other things too. */
const PATIENCE = 20_000;
/** Errors of a click on what is still moving or being replaced. */
const UNSETTLED = new Set([
  "ElementNotInteractableError",
  "ElementClickInterceptedError",
  "StaleElementReferenceError",
]);

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** A home of its own, with a copy of the examples: journeys may change files. */
export function newHome() {
  const folder = mkdtempSync(join(tmpdir(), "stepwright-window-"));
  for (const name of ["data", "cache", "config"]) mkdirSync(join(folder, name));
  cpSync(join(ROOT, "examples"), join(folder, "examples"), { recursive: true });
  return {
    folder,
    example: (name) => join(folder, "examples", name, `${name}.asl.json`),
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts the application and waits for its page. */
export async function launch(home, { files = [], pickFile = null, pickFolder = null } = {}) {
  const port = await freePort();
  const log = join(home.folder, `driver-${String(port)}.log`);
  const out = openSync(log, "w");
  const environment = {
    ...process.env,
    // A software-rendered screen is faster without it; on a machine with a GPU it is left alone.
    WEBKIT_DISABLE_DMABUF_RENDERER: "1",
    XDG_DATA_HOME: join(home.folder, "data"),
    XDG_CACHE_HOME: join(home.folder, "cache"),
    XDG_CONFIG_HOME: join(home.folder, "config"),
    STEPWRIGHT_DATA: join(home.folder, "data/stepwright"),
    ...(pickFile === null ? {} : { STEPWRIGHT_PICK_FILE: pickFile }),
    ...(pickFolder === null ? {} : { STEPWRIGHT_PICK_FOLDER: pickFolder }),
  };
  const process_ = spawn(DRIVER, ["--port", String(port), "--native-port", String(await freePort())], {
    detached: true,
    stdio: ["ignore", out, out],
    env: environment,
  });
  closeSync(out);
  const kill = () => {
    try {
      process.kill(-process_.pid, "SIGKILL");
    } catch {
      /* it has ended */
    }
  };
  process.once("exit", kill);
  const failed = new Promise((_, reject) => {
    process_.once("error", (error) => {
      reject(new Error(`${DRIVER}: ${error.message}`));
    });
  });

  const capabilities = new Capabilities();
  capabilities.set("tauri:options", { application: APPLICATION, args: files });
  capabilities.setBrowserName("wry");
  const connect = async () => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await new Builder()
          .withCapabilities(capabilities)
          .usingServer(`http://127.0.0.1:${String(port)}/`)
          .build();
      } catch (error) {
        // The driver answers a moment after it starts, and its native driver a moment after that.
        if (attempt === 40 || !/ECONNREFUSED|ECONNRESET|socket hang up/.test(String(error)))
          throw new Error(`${String(error)}\n${readFileSync(log, "utf8")}`, { cause: error });
        await new Promise((done) => setTimeout(done, 250));
      }
    }
  };
  const driver = await Promise.race([connect(), failed]);
  return new Window(driver, kill);
}

/** The answer, or an error if it does not come: a driver may stop answering. */
function soon(promise) {
  return Promise.race([
    promise,
    new Promise((_, reject) => {
      setTimeout(() => {
        reject(new Error("the driver does not answer"));
      }, 5_000).unref();
    }),
  ]);
}

export class Window {
  constructor(driver, kill) {
    this.driver = driver;
    this.kill = kill;
  }

  /** The element, as soon as it is there and shown. */
  async find(locator, what = String(locator)) {
    const by = typeof locator === "string" ? By.css(locator) : locator;
    const until = Date.now() + PATIENCE;
    for (;;) {
      try {
        for (const element of await this.driver.findElements(by)) if (await element.isDisplayed()) return element;
      } catch (error) {
        // The page may replace an element while it is asked about.
        if (error.name !== "StaleElementReferenceError") throw error;
      }
      if (Date.now() > until) throw new Error(`not on the screen: ${what}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Where the button is that says so. */
  button(text) {
    return By.xpath(`//button[contains(normalize-space(.), ${JSON.stringify(text)})]`);
  }

  async click(locator) {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const element = typeof locator === "string" || locator instanceof By ? await this.find(locator) : await locator;
      try {
        await element.click();
        return;
      } catch (error) {
        // What is still on its way to its place cannot be clicked yet.
        if (!UNSETTLED.has(error.name) || Date.now() > until) throw error;
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** Presses keys wherever the focus is. */
  async press(...keys) {
    const actions = this.driver.actions({ async: true });
    const held = keys.slice(0, -1);
    for (const key of held) actions.keyDown(key);
    actions.sendKeys(keys.at(-1));
    for (const key of held.toReversed()) actions.keyUp(key);
    await actions.perform();
  }

  /** Types over what the editor inside `frame` holds. The editor lives in a shadow root, so the keys go to the focus. */
  async write(frame, text) {
    await this.click(frame);
    await this.press(Key.CONTROL, "a");
    await this.press(Key.DELETE);
    await this.type(text);
  }

  /** Types wherever the focus is. */
  async type(text) {
    await this.driver
      .actions({ async: true })
      .sendKeys(...text)
      .perform();
  }

  /** Waits until the page says so. */
  async until(what, script, ...parameters) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const answer = await this.driver.executeScript(script, ...parameters);
      if (answer) return answer;
      if (Date.now() > end) throw new Error(`it never came to be: ${what}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async screenshot(path) {
    writeFileSync(path, Buffer.from(await soon(this.driver.takeScreenshot()), "base64"));
  }

  /** Ends the application the way a person does, and waits until it has gone. */
  async close() {
    // A driver that does not answer is killed with all it started.
    await soon(this.driver.quit()).catch(() => undefined);
    this.kill();
  }
}

const journeys = [];

export function journey(title, body) {
  journeys.push({ title, body });
}

/** Runs one journey with a home of its own; whether it passed. */
async function runOnce({ title, body }) {
  let passed = false;
  const home = newHome();
  const open = [];
  const begin = Date.now();
  try {
    await body({
      home,
      launch: async (options) => {
        const window = await launch(home, options);
        open.push(window);
        return window;
      },
    });
    passed = true;
    console.log(`✓ ${title} (${((Date.now() - begin) / 1000).toFixed(1)} s)`);
  } catch (error) {
    console.error(`✗ ${title}\n  ${error.stack ?? String(error)}`);
    const picture = join(ROOT, "ui/test-results", `window-${title.replaceAll(/\W+/g, "-")}.png`);
    mkdirSync(dirname(picture), { recursive: true });
    await open
      .at(-1)
      ?.screenshot(picture)
      .then(
        () => {
          console.error(`  picture: ${picture}`);
        },
        (reason) => {
          console.error(`  no picture: ${String(reason)}`);
        },
      );
  }
  for (const window of open) await window.close();
  home.remove();
  return passed;
}

/** Runs all journeys, or those whose title contains the first argument. Ends the process. */
export async function runJourneys() {
  const wanted = process.argv[2] ?? "";
  const attempts = process.env.CI ? 2 : 1;
  const unsteady = [];
  let failures = 0;
  for (const one of journeys.filter((candidate) => candidate.title.includes(wanted))) {
    let passed = false;
    for (let attempt = 1; attempt <= attempts && !passed; attempt++) {
      passed = await runOnce(one);
      if (passed && attempt > 1) unsteady.push(one.title);
    }
    if (!passed) failures++;
  }
  if (unsteady.length > 0) console.log(`\npassed at the second attempt only:\n  ${unsteady.join("\n  ")}`);
  if (journeys.length === 0) throw new Error("there is no journey");
  process.exit(failures === 0 ? 0 : 1);
}
