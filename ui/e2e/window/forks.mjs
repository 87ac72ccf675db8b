// Going on from a failure, in the real window.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { By, journey, Key } from "./harness.mjs";

const ORDER = `{
  "StartAt": "Charge",
  "States": {
    "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "ResultPath": "$.paid", "Next": "Route"},
    "Route": {"Type": "Choice", "Choices": [{"Variable": "$.paid.total", "NumericLessThan": 100, "Next": "Ship"}]},
    "Ship": {"Type": "Pass", "Result": "on its way", "ResultPath": "$.shipped", "End": true}
  }
}`;
/** A second call is an error: it would be seen. */
const MOCKS = `{
  "StateMachines": {"order": {"TestCases": {"Once": {"Charge": "Charged"}}}},
  "MockedResponses": {"Charged": {"0": {"Return": {"total": 120}}, "1-9": {"Throw": {"Error": "CalledAgain"}}}}
}`;

journey("a failing Choice is fixed and the run goes on without calling the task again", async ({ home, launch }) => {
  const file = join(home.folder, "order.asl.json");
  writeFileSync(file, ORDER);
  writeFileSync(join(home.folder, "order.mocks.json"), MOCKS);
  const window = await launch({ files: [file] });
  await window.find(By.xpath("//*[@data-testid='canvas']//*[text()='Route']"), "the state on the canvas");
  await window.press(Key.F5);
  await window.click(window.button("Run Ctrl"));
  await window.until("the run fails", `return document.querySelector(".banner")?.dataset.status === "failed"`);
  await window.find(By.xpath("//*[contains(@class, 'failure-sentence')][contains(., 'found no rule')]"));

  // Mended on disk: the window takes it over.
  writeFileSync(file, ORDER.replace("100", "200"));
  await window.find(By.xpath("//*[@data-testid='canvas']//*[contains(text(), '< 200')]"), "the mended rule");
  await window.click(window.button("Fix and continue"));
  await window.find(By.xpath("//li[contains(., '1 call keeps its recorded answer')]"));
  await window.find(By.xpath("//ul[@aria-label='Changes of the definition']//strong[text()='Route']"));
  await window.click(await window.find(".fork-dialog .button.primary"));
  await window.until("it succeeds", `return document.querySelector(".banner")?.dataset.status === "succeeded"`);
  await window.find(By.xpath("//*[contains(@class, 'banner')]//*[contains(., 'on its way')]"), "the output");
});
