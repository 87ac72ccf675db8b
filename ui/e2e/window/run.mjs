// Journeys in the real window: what only it can show. Most journeys run in a browser (e2e/run.mjs).

import { assert, By, journey, Key, runJourneys } from "./harness.mjs";
import { readFileSync, writeFileSync } from "node:fs";

import "./debugging.mjs";
import "./folders.mjs";
import "./forks.mjs";

const statusOf = (name, word) => [
  `the state ${name} is marked`,
  `const node = [...document.querySelectorAll(".react-flow__node")].find((node) => node.querySelector(".node-name")?.textContent === arguments[0]);
   return node?.querySelector(".node-number [aria-label]")?.getAttribute("aria-label") === arguments[1]`,
  name,
  word,
];

journey("a run waits for its answer, succeeds, and is there after a restart", async ({ home, launch }) => {
  const file = home.example("order-approval");
  let window = await launch({ files: [file] });
  await window.find(By.xpath("//*[@data-testid='canvas']//*[text()='Request Approval']"), "the state on the canvas");

  await window.press(Key.F5);
  const answers = await window.find(By.xpath("//label[contains(., 'Answers of tasks')]//select"));
  await answers.findElement(By.xpath(".//option[contains(., 'Answer the approval by hand')]")).click();
  await window.click(window.button("Run Ctrl"));

  await window.click(window.button("Show"));
  const form = await window.find("section[aria-label='Answer Request Approval']");
  await window.write(await form.findElement(By.css(".json-field")), '{"decision":"approved","by":"j.marsh"}');
  await form.findElement(By.xpath(".//button[normalize-space(.)='Answer']")).click();

  await window.until("the run succeeds", `return document.querySelector(".banner")?.dataset.status === "succeeded"`);
  for (const name of ["Process Order", "Request Approval", "Approved?", "Notify Approved"])
    await window.until(...statusOf(name, "succeeded"));
  await window.close();

  window = await launch();
  await window.find(".canvas[data-ready] .react-flow__node", "what was open is open again");
  await window.click(By.xpath("//button[@role='tab' and contains(., 'Executions')]"));
  await window.click("table .link.mono");
  await window.click(By.xpath("//button[@role='tab' and contains(., 'Events')]"));
  await window.click("input[aria-label='Filter events']");
  await window.type("ExecutionSucceeded");
  await window.find(By.xpath("//*[@role='option'][contains(., 'ExecutionSucceeded')]"), "the last event of the run");
  await window.find(By.xpath("//*[@data-testid='canvas']//*[text()='Request Approval']"), "the graph of the past run");
  assert.equal(
    await window.driver.executeScript(`return document.querySelector(".banner")?.dataset.status`),
    "succeeded",
  );
});

journey("the open dialog, a broken text and its undo", async ({ home, launch }) => {
  const file = home.example("nightly-backup");
  const before = readFileSync(file, "utf8");
  const window = await launch({ pickFile: file });
  await window.click(window.button("Open a workflow"));
  await window.find(By.xpath("//*[@data-testid='canvas']//*[text()='Wait For Snapshot']"));
  await window.click(By.xpath("//*[@role='radiogroup']//*[contains(text(), 'Split')]"));
  await window.click(".document-editor");
  await window.press(Key.CONTROL, Key.END);
  await window.press(Key.BACK_SPACE);
  await window.press(Key.BACK_SPACE);
  await window.until(
    "the graph is greyed",
    `return document.querySelector("[data-testid='canvas']")?.className.includes("old")`,
  );
  await window.find(By.xpath("//*[@data-testid='canvas']//*[text()='Wait For Snapshot']"), "the last good graph");
  await window.press(Key.CONTROL, "z");
  await window.until(
    "the graph is good again",
    `return !document.querySelector("[data-testid='canvas']")?.className.includes("old")`,
  );
  assert.equal(readFileSync(file, "utf8"), before, "nothing is written before it is saved");
});

journey("a file that somebody else changes keeps the unsaved edits", async ({ home, launch }) => {
  const file = home.example("contact-form");
  const window = await launch({ files: [file] });
  await window.click(By.xpath("//*[@role='radiogroup']//*[contains(text(), 'Code')]"));
  await window.click(".document-editor");
  await window.press(Key.CONTROL, Key.END);
  await window.press(" ");
  await window.find("[aria-label='unsaved changes']");
  writeFileSync(file, readFileSync(file, "utf8").replace("site@example.com", "web@example.com"));
  await window.find(".conflict-bar", "the choice between mine and theirs");
});

await runJourneys();
