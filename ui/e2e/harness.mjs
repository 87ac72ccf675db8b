// One journey = its own server process, store folder, port and browser profile; nothing is shared and nothing is left.

import { spawn } from "node:child_process";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** The program under test: STEPWRIGHT_BIN, else the newest build of this tree. */
export function program() {
  const named = process.env.STEPWRIGHT_BIN;
  const candidates = named ? [named] : [join(root, "target/debug/stepwright"), join(root, "target/release/stepwright")];
  const found = candidates.find((path) => existsSync(path));
  if (!found) throw new Error("build the program first: cargo build -p stepwright (or set STEPWRIGHT_BIN)");
  return found;
}

/** Folder with foreign test data: STEPWRIGHT_SHARED, or `shared` beside the repository. Nothing when there is none. */
export function shared() {
  const named = process.env.STEPWRIGHT_SHARED;
  if (named) return existsSync(join(named, "workflows")) ? named : null;
  for (let folder = root; dirname(folder) !== folder; folder = dirname(folder)) {
    const beside = join(dirname(folder), "shared");
    if (existsSync(join(beside, "workflows"))) return beside;
  }
  return null;
}

const browserPath = () =>
  process.env.CHROMIUM ??
  ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));

export async function launchBrowser(profile, options = {}) {
  const executablePath = browserPath();
  if (!executablePath) throw new Error("no Chromium found: install chromium or set CHROMIUM");
  return chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport: { width: 1440, height: 900 },
    colorScheme: "dark",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    ...options,
  });
}

/** Starts `stepwright serve --ui` and waits for the address it prints. */
export async function startServer(folder, files = []) {
  const child = spawn(program(), ["serve", "--ui", "--json", "--store", join(folder, "store.db"), ...files], {
    env: {
      ...process.env,
      STEPWRIGHT_UI: join(root, "ui/dist"),
      STEPWRIGHT_EXAMPLES: join(folder, "examples"),
      STEPWRIGHT_DATA: folder,
      HOME: folder,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (data) => {
    errors += data;
  });
  const url = await new Promise((done, failed) => {
    let text = "";
    const timer = setTimeout(() => failed(new Error(`the server did not start: ${errors}`)), 20_000);
    child.stdout.on("data", (data) => {
      text += data;
      const line = text.split("\n").find((part) => part.startsWith("{"));
      if (!line || !text.includes("\n")) return;
      clearTimeout(timer);
      done(JSON.parse(line).url);
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      failed(new Error(`the server ended with ${code}: ${errors}`));
    });
  });
  return {
    url,
    errors: () => errors,
    kill: () =>
      new Promise((done) => {
        child.on("exit", done);
        child.kill("SIGKILL");
      }),
    stop: () =>
      new Promise((done) => {
        if (child.exitCode !== null) return done();
        child.on("exit", done);
        child.kill("SIGTERM");
        setTimeout(() => child.kill("SIGKILL"), 3_000).unref();
      }),
  };
}

/** Runs one journey with all it needs. What the page complains about fails it. */
export async function journey(work, options = {}) {
  const folder = await mkdtemp(join(tmpdir(), "stepwright-e2e-"));
  await cp(join(root, "examples"), join(folder, "examples"), { recursive: true });
  let server = await startServer(
    folder,
    (options.open ?? []).map((file) => join(folder, "examples", file)),
  );
  const browser = await launchBrowser(join(folder, "profile"), options.browser);
  const complaints = [];
  const page = browser.pages()[0] ?? (await browser.newPage());
  page.setDefaultTimeout(options.timeout ?? 10_000);
  // Chromium itself styles what is typed over a selection of lines; the policy forbids it that and the editor does not need
  // it. Such a violation has no source; one with a source is a mistake of ours.
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      if (event.violatedDirective !== "style-src-attr" || event.sourceFile)
        console.error(
          `policy violated: ${event.violatedDirective} ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`,
        );
    });
  });
  page.on("console", (message) => {
    if (/^Applying inline style violates/.test(message.text())) return;
    if (message.type() === "error" && !(options.allow ?? []).some((pattern) => pattern.test(message.text())))
      complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error.stack ?? error)));
  const stage = {
    folder,
    page,
    browser,
    examples: join(folder, "examples"),
    get url() {
      return server.url;
    },
    async open() {
      await page.goto(server.url);
      await page.waitForSelector(".toolbar");
    },
    async restart() {
      await server.stop();
      server = await startServer(folder);
    },
    /** As a crash does: nothing is said, nothing is tidied up. */
    async killAndRestart() {
      await server.kill();
      server = await startServer(folder);
    },
    async openExample(name) {
      await page
        .getByRole("button", { name: new RegExp(`^${name}`) })
        .first()
        .click();
      await page.waitForSelector(".canvas[data-ready] .react-flow__node");
    },
  };
  try {
    await work(stage);
    if (complaints.length > 0) throw new Error(`the page complained:\n${complaints.join("\n")}`);
  } catch (error) {
    const pictures = process.env.STEPWRIGHT_PICTURES;
    if (pictures) await page.screenshot({ path: join(pictures, `failed-${Date.now()}.png`) }).catch(() => undefined);
    throw error;
  } finally {
    await browser.close().catch(() => undefined);
    await server.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

export async function realWorkflows() {
  const data = shared();
  if (!data) return null;
  const folder = join(data, "workflows/real");
  return (await readdir(folder)).filter((name) => name.endsWith(".json")).map((name) => join(folder, name));
}
