import { createRequire } from "node:module";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { editor, expect, openByPath, statesDrawn, waitFor } from "../steps.mjs";

/** Runs what is in front with a mocked test case, or by hand. */
async function run(page, testCase) {
  await page.keyboard.press("F5");
  await page.locator(".run-dialog").waitFor();
  await page.getByLabel("Answers of tasks").selectOption(testCase === null ? "" : { label: `Mocked: ${testCase}` });
  await page.getByRole("button", { name: /^Run Ctrl/ }).click();
  await page.locator(".banner").waitFor();
}

const ended = (page, status) => page.locator(`.banner[data-status="${status}"]`).waitFor();
const node = (page, name) =>
  page.locator(".react-flow__node", {
    has: page.locator(".node-name", { hasText: new RegExp(`^${name.replace("?", "\\?")}$`) }),
  });
const marked = (page, name, status) => node(page, name).locator(`.run-${status}`).waitFor();

/** As fast as it goes, so that journeys do not wait for animations. */
const fast = (page) =>
  page.addInitScript(() => {
    if (localStorage.getItem("stepwright-run") === null)
      localStorage.setItem(
        "stepwright-run",
        JSON.stringify({ state: { clock: { type: "virtual" }, pace: 7, express: false }, version: 1 }),
      );
  });

export const journeys = [
  {
    name: "a run of a new file begins with an input shaped after what the workflow reads, with which its first rule holds",
    async run({ page, folder, open }) {
      const path = join(folder, "shaped.asl.json");
      const machine = {
        StartAt: "Big?",
        States: {
          "Big?": {
            Type: "Choice",
            Choices: [{ Variable: "$.order.total", NumericGreaterThan: 10, Next: "Greet" }],
            Default: "Refuse",
          },
          Greet: {
            Type: "Pass",
            Parameters: { "words.$": "States.Format('Dear {}', $.order.customer.name)" },
            End: true,
          },
          Refuse: { Type: "Fail" },
        },
      };
      await writeFile(path, JSON.stringify(machine));
      await fast(page);
      await open();
      await openByPath(page, path);
      await page.waitForSelector(".canvas[data-ready] .react-flow__node");
      await page.keyboard.press("F5");
      const dialog = page.locator(".run-dialog");
      await dialog.getByText("Made from what the workflow reads").waitFor();
      const input = dialog.locator(".cm-content");
      expect(/"total": 11[^]*"name": ""/.test(await input.innerText()), "the input has the shape");
      await input.click();
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText("{}");
      await dialog.getByRole("button", { name: "What it reads" }).click();
      await dialog.getByText("Made from what the workflow reads").waitFor();
      await dialog.getByRole("button", { name: /^Run Ctrl/ }).click();
      await ended(page, "succeeded");
      await marked(page, "Greet", "succeeded");
    },
  },
  {
    name: "a mocked run goes through the graph, marks every state and ends with its output",
    async run({ page, open, openExample }) {
      await fast(page);
      await open();
      await openExample("order-approval");
      await run(page, "Approved");
      await ended(page, "succeeded");
      for (const name of ["Process Order", "Request Approval", "Approved?", "Notify Approved"])
        await marked(page, name, "succeeded");
      expect(
        (await node(page, "Notify Rejected").locator("[class*=run-]").count()) === 0,
        "the other branch is not marked",
      );
      await page.getByRole("button", { name: "Output" }).click();
      await page.locator(".banner .outcome .json").waitFor();
      await page.keyboard.press("Control+k");
      await page.keyboard.type("Timeline");
      await page.keyboard.press("Enter");
      await page.locator(".lane").nth(3).waitFor();
      await page.getByRole("tab", { name: "Events" }).click();
      await page.locator(".virtual-list .row", { hasText: "ExecutionStarted" }).waitFor();
      await page.getByLabel("Filter events").fill("scheduled processorder");
      await waitFor(
        "the filter narrows the list",
        async () => (await page.locator(".virtual-list .row").count()) === 1,
      );
      await page.locator(".virtual-list .row").first().click();
      await page.locator(".pane .json-line").first().waitFor();
      await page.locator(".inspector h2", { hasText: "Process Order" }).waitFor();
    },
  },
  {
    name: "a task without a mock waits for a person, who answers in the inspector; then in the inbox; then with an error",
    async run({ page, open, openExample }) {
      await fast(page);
      await open();
      await openExample("order-approval");
      await run(page, null);
      await node(page, "Process Order").locator(".node-badge").waitFor();
      await page.getByRole("button", { name: "Show", exact: true }).click();
      await page.locator(".inspector").getByRole("textbox", { name: "Result", exact: true }).click();
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Delete");
      await page.keyboard.type('{"Payload": {"total": 12, "reservation": "R-1"');
      await page.locator(".inspector").getByRole("button", { name: "Answer" }).click();
      await node(page, "Request Approval").locator(".node-badge").waitFor();
      await page.keyboard.press("Control+Shift+y");
      const inbox = page.locator(".bottom");
      await inbox.getByText("waits for its token").waitFor();
      await inbox.getByRole("textbox", { name: "Result", exact: true }).click();
      await page.keyboard.press("Control+a");
      await page.keyboard.type("not json");
      await inbox.getByText(/Not JSON/).waitFor();
      expect(
        await inbox.getByRole("button", { name: "Answer", exact: true }).isDisabled(),
        "text that is not JSON cannot be sent",
      );
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Delete");
      await page.keyboard.type('{"decision": "rejected", "by": "Ada", "reason": "too dear", "comment": "no"');
      await inbox.getByRole("button", { name: "Answer", exact: true }).click();
      await node(page, "Notify Rejected").locator(".node-badge").waitFor();
      await inbox.getByText("Error", { exact: true }).click();
      await inbox.getByLabel("Error", { exact: true }).last().fill("Sns.Down");
      await inbox.getByRole("button", { name: "Fail the task" }).click();
      await ended(page, "failed");
      await page.locator(".banner", { hasText: "Sns.Down" }).waitFor();
      await marked(page, "Notify Rejected", "failed");
      await inbox.getByText("Nothing waits for you.").waitFor();
    },
  },
  {
    name: "input that is not JSON is refused before the run",
    async run({ page, open, openExample }) {
      await open();
      await openExample("order-approval");
      await page.keyboard.press("F5");
      await page.locator(".run-dialog").waitFor();
      await page.getByLabel("Input").click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("x");
      await page
        .locator(".run-dialog")
        .getByText(/Not JSON/)
        .waitFor();
      expect(await page.getByRole("button", { name: /^Run Ctrl/ }).isDisabled(), "the run cannot start");
    },
  },
  {
    name: "the inspector shows each stage of a state's data, with sizes and what changed",
    async run({ page, open, openExample }) {
      await fast(page);
      await open();
      await openExample("order-approval");
      await run(page, "Approved");
      await ended(page, "succeeded");
      await node(page, "Request Approval").click();
      await page.getByRole("tab", { name: "Data" }).click();
      for (const stage of ["Input", "Parameters", "Result", "ResultPath"])
        await page
          .locator(".inspector .stage header", { hasText: new RegExp(`^${stage}`) })
          .first()
          .waitFor();
      await page
        .locator(".inspector .stage-note", { hasText: /\d+ B|KiB/ })
        .first()
        .waitFor();
      await page.locator(".inspector .stage-note", { hasText: "added" }).first().waitFor();
      await page.locator(".inspector .json-added, .inspector .json-changed").first().waitFor();
    },
  },
  {
    name: "a run can be stopped",
    async run({ page, open, openExample }) {
      await open();
      await openExample("order-approval");
      await run(page, null);
      await node(page, "Process Order").locator(".node-badge").waitFor();
      await page.keyboard.press("Shift+F5");
      await ended(page, "aborted");
      await page.getByRole("button", { name: "Take the run off the canvas" }).click();
      await page.locator(".banner").waitFor({ state: "detached" });
      expect((await page.locator(".canvas [class*=run-]").count()) === 0, "the canvas is clean again");
    },
  },
  {
    name: "past executions are there after a restart, on their own graph even when the file has changed, and an interrupted one goes on",
    allow: [/WebSocket|ERR_CONNECTION_REFUSED|Failed to fetch|403/],
    async run({ page, open, openExample, restart, examples }) {
      await fast(page);
      await open();
      await openExample("order-approval");
      await run(page, "Rejected");
      await ended(page, "succeeded");
      await run(page, null);
      await node(page, "Process Order").locator(".node-badge").waitFor();
      await page.keyboard.press("Alt+3");
      await editor(page).click();
      await page.keyboard.press("Control+a");
      await page.keyboard.type('{"StartAt":"Other","States":{"Other":{"Type":"Succeed"}');
      await page.keyboard.press("Control+s");
      await page.locator(".unsaved").waitFor({ state: "detached" });
      expect(
        (await readFile(join(examples, "order-approval/order-approval.asl.json"), "utf8")).includes("Other"),
        "the file has changed",
      );
      await restart();
      await open();
      // The file of before is open again, as text.
      await page.getByRole("tab", { name: /^Executions/ }).click();
      await page.keyboard.press("Alt+1");
      const rows = page.locator(".table tbody tr");
      await waitFor("both executions are listed", async () => (await rows.count()) === 2);
      await rows.nth(1).getByText("Succeeded").waitFor();
      await rows.nth(1).getByRole("button").first().click();
      await page.waitForSelector(".canvas[data-ready] .react-flow__node");
      await marked(page, "Notify Rejected", "succeeded");
      await rows.nth(0).getByText("Interrupted").waitFor();
      await rows.nth(0).getByRole("button", { name: "Resume" }).click();
      await node(page, "Process Order").locator(".node-badge").waitFor();
      expect((await statesDrawn(page)).includes("Request Approval"), "the old definition is drawn");
    },
  },
  {
    name: "a run by keyboard alone, from the start screen to the output",
    async run({ page, open }) {
      await fast(page);
      await open();
      await page.keyboard.press("Control+k");
      await page.keyboard.type("nightly-backup");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".canvas[data-ready] .react-flow__node");
      await page.keyboard.press("F5");
      await page.locator(".run-dialog").waitFor();
      await page.keyboard.press("Enter");
      await page.locator(".banner").waitFor();
      await waitFor("the run ends", async () =>
        ["succeeded", "failed"].includes(await page.locator(".banner").getAttribute("data-status")),
      );
      await page.keyboard.press("Alt+1");
      await page.waitForFunction(() => document.activeElement?.classList.contains("canvas"));
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      const first = await page.locator(".inspector h2").textContent();
      await page.keyboard.press("ArrowUp");
      await waitFor(
        "the arrows go from state to state",
        async () => (await page.locator(".inspector h2").textContent()) !== first,
      );
      await page.keyboard.press("?");
      await page.getByRole("heading", { name: "Keyboard shortcuts" }).waitFor();
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
    },
  },
  {
    name: "axe finds nothing serious in any view, dark or light",
    async run({ page, open, openExample }) {
      const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
      const source = await readFile(axe, "utf8");
      const found = [];
      const check = async (view) => {
        await page.waitForTimeout(250);
        await page.evaluate(source);
        const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
        for (const violation of result.violations) {
          if (violation.impact !== "serious" && violation.impact !== "critical") continue;
          found.push(
            `${view}: ${violation.id} – ${violation.help}\n    ${violation.nodes
              .slice(0, 4)
              .map((at) => `${at.target.join(" ")} ${at.any[0]?.message ?? at.all[0]?.message ?? ""}`)
              .join("\n    ")}`,
          );
        }
      };
      await fast(page);
      await open();
      for (const theme of ["Dark", "Light"]) {
        await page.getByRole("button", { name: "Theme" }).click();
        await page.getByRole("menuitemcheckbox", { name: theme }).click();
        await page.locator(".menu").waitFor({ state: "detached" });
        if (theme === "Dark") await check("Dark start");
        if (theme === "Dark") {
          await openExample("order-approval");
          await run(page, null);
          await node(page, "Process Order").locator(".node-badge").waitFor();
        }
        await page.keyboard.press("Alt+2");
        await node(page, "Process Order").click();
        for (const page_ of ["Configure", "Data", "Definition"]) {
          await page.getByRole("tab", { name: page_ }).click();
          await check(`${theme} ${page_}`);
        }
        for (const panel of ["Problems", "Executions", "Timeline", "Events", "Inbox"]) {
          const tab = page.getByRole("tab", { name: new RegExp(`^${panel}`) });
          if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
          await check(`${theme} ${panel}`);
        }
        await page.keyboard.press("F5");
        await page.locator(".run-dialog").waitFor();
        await check(`${theme} run dialog`);
        await page.keyboard.press("Escape");
        await page.keyboard.press("Control+k");
        await page.locator(".palette").waitFor();
        await check(`${theme} palette`);
        await page.keyboard.press("Escape");
        await page.keyboard.press("Control+o");
        await page.locator(".file-list li").first().waitFor();
        await check(`${theme} file dialog`);
        await page.keyboard.press("Escape");
      }
      expect(found.length === 0, found.join("\n"));
    },
  },
];
