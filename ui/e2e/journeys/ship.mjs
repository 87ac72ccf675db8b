import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { editor, expect, openByPath, statesDrawn, waitFor } from "../steps.mjs";

const TEMPLATE = `# Kept as it is
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  GreetMachine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS   # quick
      Definition:
        StartAt: Greet
        States:
          Greet:
            Type: Pass
            Next: Leave
          Leave:
            Type: Succeed
  Other:
    Type: AWS::SQS::Queue
`;

const dialog = (page, name) => page.locator("dialog[open]", { hasText: name });
const choose = async (page, target) => {
  await page.locator(".ship-targets label", { hasText: target }).click();
};
const ready = (page) => page.locator('.ship-main[aria-busy="false"]').waitFor();

/** The file on show, also what is out of sight. */
const shownText = (box) =>
  box
    .locator(".ship-text .cm-content")
    .evaluate((content) => content.cmTile?.view?.state.doc.toString() ?? content.innerText)
    .catch(() => "");

async function exportTo(page, target, folder) {
  await page.keyboard.press("Control+Shift+e");
  await dialog(page, "Export order-approval").waitFor();
  await choose(page, target);
  await page.getByLabel("Folder", { exact: true }).fill(folder);
  await waitFor(
    "the preview is of this folder",
    async () => (await page.locator(".ship-state").textContent()) !== "Working it out…",
  );
  await ready(page);
}

async function everyFile(folder) {
  const names = await readdir(folder, { recursive: true });
  const files = [];
  for (const name of names) if ((await stat(join(folder, name))).isFile()) files.push(name);
  return files.sort();
}

export const journeys = [
  {
    name: "an export writes what it showed, for SAM and Terraform, and says where",
    async run({ page, open, openExample, folder }) {
      const [sam, terraform] = [join(folder, "sam"), join(folder, "tf")];
      await open();
      await openExample("order-approval");
      await page.getByRole("button", { name: "Export", exact: true }).click();
      await page.getByRole("menuitem", { name: /^AWS SAM/ }).click();
      await dialog(page, "Export order-approval").waitFor();
      const proposed = await page.getByLabel("Folder", { exact: true }).inputValue();
      expect(proposed.endsWith("examples/order-approval"), `the file's own folder is proposed, not ${proposed}`);
      await page.getByLabel("Folder", { exact: true }).fill(sam);
      await page.locator(".ship-state", { hasText: "2 new" }).waitFor();
      await page.locator(".ship-text .cm-content", { hasText: "AWS::Serverless::StateMachine" }).waitFor();
      await page.getByRole("tab", { name: /^Permissions/ }).click();
      await page.locator(".ship-table td", { hasText: "sqs:SendMessage" }).first().waitFor();
      await page.locator(".ship-table .ship-state-link", { hasText: "Request Approval" }).first().waitFor();
      await page.getByRole("button", { name: /^Export Ctrl/ }).click();
      await page.locator(".message-ok", { hasText: "2 files written" }).waitFor();
      expect(
        (await everyFile(sam)).join() === "statemachine/order-approval.asl.json,template.yaml",
        "both files are there",
      );
      expect(
        (await readFile(join(sam, "template.yaml"), "utf8")).includes("AWS::Serverless::StateMachine"),
        "the template is one for SAM",
      );

      await exportTo(page, "Terraform", terraform);
      await page.locator(".ship-state", { hasText: "4 new" }).waitFor();
      await page.keyboard.press("Control+Enter");
      await page.locator(".message-ok", { hasText: "4 files written" }).waitFor();
      expect(
        (await readFile(join(terraform, "main.tf"), "utf8")).includes("aws_sfn_state_machine"),
        "the module declares the workflow",
      );
    },
  },
  {
    name: "a file that differs on disk is shown, and overwritten only when that change was agreed to",
    async run({ page, open, openExample, folder }) {
      const out = join(folder, "out"),
        template = join(out, "template.yaml");
      await open();
      await openExample("order-approval");
      await exportTo(page, "AWS SAM", out);
      await page.keyboard.press("Control+Enter");
      await page.locator(".message-ok", { hasText: "2 files written" }).waitFor();
      const exported = await readFile(template, "utf8");
      await writeFile(template, `${exported}# by hand\n`);

      await exportTo(page, "AWS SAM", out);
      await page.locator(".ship-state", { hasText: "1 as on disk, 1 differs" }).waitFor();
      await page.getByRole("tab", { name: /^Notes/ }).click();
      await page.keyboard.press("Control+Enter");
      await page.locator(".difference .cm-deletedChunk", { hasText: "# by hand" }).waitFor();
      expect((await readFile(template, "utf8")).endsWith("# by hand\n"), "nothing is written before it was agreed to");

      await page.getByLabel("Overwrite this file").check();
      await writeFile(template, `${exported}# by hand, again\n`);
      await page.getByRole("button", { name: /^Export Ctrl/ }).click();
      await page.locator(".ship-state", { hasText: "changed on disk meanwhile" }).waitFor();
      await page.locator(".difference .cm-deletedChunk", { hasText: "# by hand, again" }).waitFor();
      expect(
        (await readFile(template, "utf8")).endsWith("# by hand, again\n"),
        "a change that was not shown is not overwritten",
      );

      await page.getByLabel("Overwrite this file").check();
      await page.getByRole("button", { name: /^Export Ctrl/ }).click();
      await page.locator(".message-ok", { hasText: "1 file written" }).waitFor();
      expect((await readFile(template, "utf8")) === exported, "the export is on disk");
    },
  },
  {
    name: "placeholders are renamed and kept literal, and a broken definition is refused in words",
    async run({ page, open, openExample, folder }) {
      await open();
      await openExample("order-approval");
      await exportTo(page, "AWS SAM", join(folder, "out"));
      await page.getByRole("tab", { name: /^Placeholders/ }).click();
      const names = page.getByLabel(/^Name of /);
      const rows = await names.count();
      expect(rows > 1, "there are placeholders");
      const second = (await names.nth(1).getAttribute("placeholder")) ?? "";
      await names.first().fill("MyOwnThing");
      await page.getByLabel(`What stands for ${second}`, { exact: true }).selectOption("literal");
      await page.getByRole("tab", { name: /^Files/ }).click();
      await page.locator(".ship-text .cm-content", { hasText: "MyOwnThing" }).waitFor();
      await waitFor(
        "the literal is a placeholder no more",
        async () => !(await page.locator(".ship-text .cm-content").textContent()).includes(second),
      );
      await page.getByRole("tab", { name: /^Placeholders/ }).click();
      expect((await names.count()) === rows, "a literal that is kept can be made a placeholder again");
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });

      await page.keyboard.press("Alt+3");
      await editor(page).click();
      await page.keyboard.press("Control+End");
      await page.keyboard.type("}");
      await page.keyboard.press("Control+Shift+e");
      await page.getByText("The definition has an error", { exact: false }).waitFor();
      expect(
        await page.getByRole("button", { name: /^Export Ctrl/ }).isDisabled(),
        "a broken definition is not exported",
      );
    },
  },
  {
    name: "a workflow inside of a template is opened, changed and saved back there, and nothing else changes",
    async run({ page, open, folder }) {
      const project = join(folder, "project"),
        template = join(project, "template.yaml");
      await mkdir(project);
      await writeFile(template, TEMPLATE);
      await open();
      await page.keyboard.press("Control+o");
      await page.getByLabel("Path", { exact: true }).fill(template);
      await page.keyboard.press("Enter");
      await dialog(page, "Workflows in template.yaml").waitFor();
      await page.locator(".ship-found small", { hasText: "Express" }).waitFor();
      await page.getByRole("button", { name: /GreetMachine/ }).press("Enter");
      await page.waitForSelector(".canvas[data-ready] .react-flow__node");
      expect((await statesDrawn(page)).join() === "Greet,Leave", "its states are drawn");
      await page.locator(".origin-bar", { hasText: "GreetMachine in template.yaml" }).waitFor();
      expect((await page.locator(".unsaved").count()) === 0, "nothing is unsaved yet");

      for (const [before, after] of [
        ["Leave", "Depart"],
        ["Depart", "Part"],
      ]) {
        await page.locator(".react-flow__node", { hasText: before }).click();
        await page.locator(".state-name-field").fill(after);
        await page.keyboard.press("Enter");
        await page.locator(".unsaved").waitFor();
        await page.keyboard.press("Control+s");
        await page.locator(".unsaved").waitFor({ state: "detached" });
        expect((await readFile(template, "utf8")) === TEMPLATE.replaceAll("Leave", after), `only ${before} changed`);
      }

      // Somebody else's change is taken over while nothing is unsaved here, be it in the same breath as our own, and else it
      // is asked what to keep.
      await page.locator(".react-flow__node", { hasText: "Part" }).click();
      await page.locator(".state-name-field").fill("Go");
      await page.keyboard.press("Enter");
      await page.locator(".unsaved").waitFor();
      await page.keyboard.press("Control+s");
      const ours = TEMPLATE.replaceAll("Leave", "Go");
      const end = performance.now() + 10_000;
      while ((await readFile(template, "utf8")) !== ours) expect(performance.now() < end, "our change is saved");
      await writeFile(template, TEMPLATE.replaceAll("Leave", "Vanish"));
      await page.locator(".react-flow__node", { hasText: "Vanish" }).click();
      expect((await page.locator(".unsaved").count()) === 0, "what was read again is as in the file");
      await page.locator(".state-name-field").fill("Other");
      await page.keyboard.press("Enter");
      await page.locator(".unsaved").waitFor();
      const theirs = TEMPLATE.replaceAll("Leave", "Lost");
      await writeFile(template, theirs);
      await page.locator(".conflict-bar", { hasText: "changed on disk" }).waitFor();
      await page.keyboard.press("Control+s");
      await dialog(page, "changed by somebody else").waitFor();
      expect((await readFile(template, "utf8")) === theirs, "nothing is written over unasked");
      await page.getByRole("button", { name: "Keep mine" }).click();
      await page.locator(".unsaved").waitFor({ state: "detached" });
      expect((await readFile(template, "utf8")) === TEMPLATE.replaceAll("Leave", "Other"), "ours was kept");
      expect((await page.locator(".conflict-bar").count()) === 0, "and nothing is left to decide");
    },
  },
  {
    name: "a folder is looked through, and what cannot be saved back says so",
    async run({ page, open, folder }) {
      const project = join(folder, "infra");
      await mkdir(join(project, "machines"), { recursive: true });
      await writeFile(
        join(project, "template.yaml"),
        TEMPLATE.replace(/Definition:[\s\S]*Succeed\n/, "DefinitionUri: machines/greet.asl.json\n"),
      );
      await writeFile(
        join(project, "machines/greet.asl.json"),
        '{"StartAt": "Hello", "States": {"Hello": {"Type": "Succeed"}}}\n',
      );
      await writeFile(
        join(project, "main.tf"),
        'resource "aws_sfn_state_machine" "night" {\n  name     = "night"\n  role_arn = aws_iam_role.r.arn\n  definition = jsonencode({\n    StartAt = "Sleep"\n    States  = { Sleep = { Type = "Task", Resource = aws_lambda_function.f.arn, End = true } }\n  })\n}\n',
      );
      await writeFile(
        join(project, "noon.tf"),
        'resource "aws_sfn_state_machine" "noon" {\n  definition = file("${path.module}/gone.asl.json")\n}\n',
      );
      await writeFile(
        join(project, "broken.yaml"),
        "Resources:\n  A:\n    Type: AWS::Serverless::StateMachine\n   Properties: {}\n",
      );
      await open();
      await page.keyboard.press("Control+Shift+o");
      await page.getByLabel("Path", { exact: true }).fill(project);
      await page.keyboard.press("Enter");
      const greet = page.locator(".ship-found .card", { hasText: "machines/greet.asl.json" });
      await greet.locator(".badge", { hasText: "SAM" }).waitFor();
      const gone = page.locator(".ship-found .card", { hasText: "noon" });
      expect(await gone.isDisabled(), "what is not there is not opened");
      await page.locator(".ship-notes", { hasText: "there is no file gone.asl.json" }).waitFor();
      await page.locator(".ship-unreadable li", { hasText: "broken.yaml" }).filter({ hasText: "line 4" }).waitFor();
      const night = page.locator(".ship-found .card", { hasText: "night" });
      await night.locator("small", { hasText: "Opens as a copy" }).waitFor();
      await night.click();
      await page.locator(".origin-bar.copy").waitFor();
      await page.locator(".unsaved").waitFor();
      await page.keyboard.press("Control+s");
      await page.getByLabel("File name").waitFor();
      await page.keyboard.press("Escape");

      await page.keyboard.press("Control+Shift+o");
      await page.getByLabel("Path", { exact: true }).fill(project);
      await page.keyboard.press("Enter");
      await page.locator(".ship-found .card", { hasText: "machines/greet.asl.json" }).click();
      await page.locator(".react-flow__node", { hasText: "Hello" }).waitFor();

      await mkdir(join(folder, "nothing"));
      await page.keyboard.press("Control+Shift+o");
      await page.getByLabel("Path", { exact: true }).fill(join(folder, "nothing"));
      await page.keyboard.press("Enter");
      await page.getByText("No workflows were found", { exact: false }).waitFor();
      await page.keyboard.press("Escape");
      await openByPath(page, join(project, "machines/greet.asl.json"));
    },
  },
  {
    name: "settings and placeholders are kept beside the workflow and written into every target",
    async run({ page, open, openExample, examples, folder }) {
      const sidecar = join(examples, "order-approval/order-approval.stepwright.json");
      await open();
      await openExample("order-approval");
      await exportTo(page, "AWS SAM", join(folder, "out"));
      const box = dialog(page, "Export order-approval");
      await box.getByRole("tab", { name: "Settings", exact: true }).click();
      await box.getByLabel("Tracing with X-Ray").check();
      await box.getByLabel("Version and alias").check();
      await box.getByText("Canary", { exact: true }).click();
      await box.getByRole("button", { name: "Add schedule" }).click();
      await box.getByLabel("When").fill("every day");
      await box.getByText("rate(5 minutes), cron", { exact: false }).waitFor();
      await box.getByText("the schedule Daily is", { exact: false }).waitFor();
      await box.getByLabel("When").fill("rate(2 days)");
      await box.getByRole("button", { name: "Add tag" }).click();
      await box.getByLabel("Key of tag 1").fill("team");
      await box.getByLabel("Value of tag 1").fill("shop");
      await box.getByRole("tab", { name: /^Placeholders/ }).click();
      await box.getByLabel("What stands for OrdersTopicArn").selectOption("resource");
      await box.getByLabel("Resource for OrdersTopicArn").fill("OrdersTopic");
      await box.getByRole("tab", { name: /^Files/ }).click();
      for (const words of [
        "AutoPublishAlias: live",
        "Type: CANARY",
        "rate(2 days)",
        "team: shop",
        "OrdersTopicArn: !Ref OrdersTopic",
      ])
        await waitFor(words, async () => (await shownText(box)).includes(words));
      await choose(page, "Terraform");
      await box.getByRole("tab", { name: /^main.tf/ }).click();
      await waitFor("the schedule is in the module", async () => (await shownText(box)).includes("rate(2 days)"));
      await box.getByRole("tab", { name: /^Notes/ }).click();
      await box.getByText("the gradual deployment", { exact: false }).waitFor();
      const kept = await waitFor("the sidecar holds them", async () => {
        const text = await readFile(sidecar, "utf8").catch(() => "");
        return text.includes("OrdersTopic") ? JSON.parse(text).settings : null;
      });
      expect(kept.alias.deployment.type === "CANARY" && kept.tags.team === "shop", "all of them");
      expect(kept.placeholders.OrdersTopicArn.references.cloudformation === "OrdersTopic", "in the target's words");
      await page.keyboard.press("Escape");
      await exportTo(page, "AWS SAM", join(folder, "out"));
      await box.getByRole("tab", { name: "Settings", exact: true }).click();
      expect(await box.getByLabel("Tracing with X-Ray").isChecked(), "and they are there again");
    },
  },
  {
    name: "a definition that cannot be saved back moves to a file, and its function's code runs where that was said",
    async run({ page, open, folder }) {
      const project = join(folder, "infra");
      await mkdir(join(project, "src"), { recursive: true });
      await writeFile(
        join(project, "src/app.js"),
        "exports.handler = async (event) => ({ doubled: event.amount * 2 });\n",
      );
      await writeFile(
        join(project, "main.tf"),
        `resource "aws_sfn_state_machine" "night" {
  name = "night"
  definition = jsonencode({
    StartAt = "Double"
    States  = { Double = { Type = "Task", Resource = aws_lambda_function.twice.arn, End = true } }
  })
}
`,
      );
      await writeFile(
        join(project, "lambda.tf"),
        `data "archive_file" "twice" {
  type        = "zip"
  source_dir  = "\${path.module}/src"
  output_path = "twice.zip"
}
resource "aws_lambda_function" "twice" {
  filename = data.archive_file.twice.output_path
  handler  = "app.handler"
  runtime  = "nodejs20.x"
}
`,
      );
      await open();
      await page.keyboard.press("Control+Shift+o");
      await page.getByLabel("Path", { exact: true }).fill(project);
      await page.keyboard.press("Enter");
      await page.locator(".ship-found .card", { hasText: "night" }).click();
      await page.getByRole("button", { name: "Move to a file of its own" }).click();
      await page.locator(".origin-bar", { hasText: "is declared in main.tf" }).waitFor();
      const moved = await readFile(join(project, "statemachine/night.asl.json.tftpl"), "utf8");
      expect(
        moved.includes('"Resource": "${AwsLambdaFunctionTwiceArn}"'),
        `the reference became a placeholder: ${moved}`,
      );
      const template = await readFile(join(project, "main.tf"), "utf8");
      expect(template.includes("AwsLambdaFunctionTwiceArn = aws_lambda_function.twice.arn"), "with its meaning");

      await page.getByRole("button", { name: "1 Lambda function" }).click();
      await page.locator(".origin-functions", { hasText: "app.handler" }).waitFor();
      await page.getByLabel(/Run this code/).click();
      await page.locator(".origin-functions", { hasText: "runs here" }).waitFor();
    },
  },
];
