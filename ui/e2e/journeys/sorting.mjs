// Retriers, Catchers and Choice rules change places: dragged by their grips, or with the arrow keys. Undo restores the bytes.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { editorText, expect, openByPath, waitFor } from "../steps.mjs";

/** Comments, an odd layout and Windows line ends: what a careless edit would spoil. */
const JSON_FLOW = `{
  // first come, first served
  "StartAt": "Call",
  "States": {
    "Call": {
      "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
      "Retry": [
        { "ErrorEquals": ["A"], "MaxAttempts": 1 }, // the first
        {   "ErrorEquals": [ "B" ],
            "MaxAttempts": 2 },
        { "ErrorEquals": ["C"], "MaxAttempts": 3 }
      ],
      "Catch": [
        { "ErrorEquals": ["A"], "Next": "Which" },
        { "ErrorEquals": ["B"], "Next": "Done" }, /* in between */
        { "ErrorEquals": ["C"], "Next": "Done" }
      ],
      "Next": "Which"
    },
    "Which": {
      "Type": "Choice",
      "Choices": [
        { "Variable": "$.a", "StringEquals": "A", "Next": "Done" },
        { "Variable": "$.a", "StringEquals": "B", "Next": "Done" },
        { "Variable": "$.a", "StringEquals": "C", "Next": "Call" }
      ],
      "Default": "Done"
    },
    "Done": { "Type": "Succeed" }
  }
}
`.replaceAll("\n", "\r\n");

const YAML_FLOW = `# first come, first served
StartAt: Call
States:
  Call:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Retry:
      - ErrorEquals: [A] # the first
        MaxAttempts: 1
      - { ErrorEquals: [B], MaxAttempts: 2 }
      - ErrorEquals:
          - C
        MaxAttempts: 3
    Catch:
      - ErrorEquals: [A]
        Next: Which
      # in between
      - ErrorEquals: [B]
        Next: Done
      - ErrorEquals: [C]
        Next: Done
    Next: Which
  Which:
    Type: Choice
    Choices:
      - Variable: $.a
        StringEquals: A
        Next: Done
      - Variable: $.a
        StringEquals: B
        Next: Done
      - Variable: $.a
        StringEquals: C
        Next: Call
    Default: Done
  Done:
    Type: Succeed
`;

/** The lists, and how the place of an element in the text is found. */
const LISTS = [
  { state: "Call", word: "Retrier", begin: "Retry", end: "Catch", mark: (letter) => new RegExp(`[[\\s"]${letter}\\b`) },
  {
    state: "Call",
    word: "Catcher",
    begin: "Catch",
    end: 'Which:|"Which": ',
    mark: (letter) => new RegExp(`[[\\s"]${letter}\\b`),
  },
  {
    state: "Which",
    word: "rule",
    begin: "Choices",
    end: "Default",
    mark: (letter) => new RegExp(`StringEquals"?: "?${letter}\\b`),
  },
];

/** The letters of a list in the order of the text. */
function order(text, { begin, end, mark }) {
  const from = text.search(new RegExp(`"?${begin}"?:`));
  const rest = text.slice(from + begin.length);
  const part = rest.slice(0, rest.search(new RegExp(end)));
  return ["A", "B", "C"].sort((a, b) => part.search(mark(a)) - part.search(mark(b))).join("");
}

const grip = (page, word, number) =>
  page.locator(".inspector").getByRole("button", { name: new RegExp(`^Move ${word} ${number}$`, "i") });

async function select(page, state) {
  await page.locator(`.react-flow__node[data-id="/States/${state}"]`).click({ position: { x: 40, y: 20 } });
  await page.waitForFunction(
    (wanted) => [...document.querySelectorAll(".inspector input")].some((one) => one.value === wanted),
    state,
  );
}

/** Takes an element by its grip to where another stands. */
async function drag(page, word, from, to, drop = true) {
  const taken = grip(page, word, from);
  await taken.scrollIntoViewIfNeeded();
  const other = grip(page, word, to).locator("xpath=ancestor::*[@data-sortable][1]");
  await other.scrollIntoViewIfNeeded();
  const [a, b] = [await taken.boundingBox(), await other.boundingBox()];
  await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
  await page.mouse.down();
  await page.mouse.move(b.x + 60, to > from ? b.y + b.height - 3 : b.y + 3, { steps: 5 });
  if (drop) await page.mouse.up();
}

const sorted = (kind, flow) => ({
  name: `retries, catches and rules in ${kind} change places by mouse and by keyboard; undo restores the bytes`,
  // Tall enough for a whole list: what scrolls is looked at elsewhere.
  browser: { viewport: { width: 1440, height: 1400 } },
  async run({ page, folder, open }) {
    const file = join(folder, `sorting.asl.${kind.toLowerCase()}`);
    await writeFile(file, flow);
    await open();
    await openByPath(page, file);
    await page.waitForSelector(".canvas[data-ready] .react-flow__node");
    await page.keyboard.press("Alt+2");
    const text = () => editorText(page);
    await page.locator(".document-editor .cm-content").waitFor();
    const unchanged = await text();
    const becomes = (list, wanted) =>
      waitFor(`${list.word}: ${wanted}`, async () => order(await text(), list) === wanted);
    for (const list of LISTS) {
      const { word, state } = list;
      await select(page, state);
      await grip(page, word, 1).waitFor();
      expect(order(await text(), list) === "ABC", `${word}: ABC to begin with, ${order(await text(), list)}`);

      await drag(page, word, 1, 3);
      await becomes(list, "BCA");
      await drag(page, word, 3, 2);
      await becomes(list, "BAC");
      // Dragged and let go with Escape: nothing is done.
      await drag(page, word, 1, 3, false);
      await page.locator(".inspector .dragged").waitFor();
      await page.keyboard.press("Escape");
      await page.locator(".inspector .dragged").waitFor({ state: "detached" });
      await page.mouse.up();
      expect(order(await text(), list) === "BAC", `${word}: Escape leaves it`);

      await grip(page, word, 3).focus();
      for (const [key, wanted, number] of [
        ["ArrowUp", "BCA", 2],
        ["ArrowUp", "CBA", 1],
        ["ArrowUp", "CBA", 1],
        ["ArrowDown", "BCA", 2],
      ]) {
        await page.keyboard.press(key);
        await becomes(list, wanted);
        await waitFor("the focus follows", async () => {
          const focused = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
          return new RegExp(`^Move ${word} ${number}$`, "i").test(focused ?? "");
        });
      }
      const undo = page.getByRole("button", { name: /^Undo/ });
      for (const wanted of ["CBA", "BCA", "BAC", "BCA", "ABC"]) {
        await undo.click();
        await becomes(list, wanted);
      }
      await waitFor("the text is back", async () => (await text()) === unchanged);
    }
    await page.keyboard.press("Control+s");
    await page.keyboard.press("Control+Shift+z");
    await waitFor("one is done again", async () => (await text()) !== unchanged);
    await page.keyboard.press("Control+s");
    await waitFor("and saved", async () => (await readFile(file, "utf8")) !== flow);
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+s");
    await waitFor("every byte is back", async () => (await readFile(file, "utf8")) === flow);
    expect((await readFile(file, "utf8")) === flow, "every byte is back");
  },
});

const scrolling = {
  name: "a rule is dragged beyond what is in view: the form scrolls on",
  browser: { viewport: { width: 1280, height: 560 } },
  async run({ page, folder, open }) {
    const file = join(folder, "long.asl.json");
    const letters = Array.from({ length: 14 }, (_, at) => String.fromCharCode(97 + at));
    const Choices = letters.map((letter) => ({ Variable: "$.a", StringEquals: letter, Next: "Done" }));
    const machine = { StartAt: "Which", States: { Which: { Type: "Choice", Choices }, Done: { Type: "Succeed" } } };
    await writeFile(file, JSON.stringify(machine, null, 2));
    await open();
    await openByPath(page, file);
    await page.waitForSelector(".canvas[data-ready] .react-flow__node");
    await select(page, "Which");
    await page.keyboard.press("Alt+2");
    const first = grip(page, "rule", 1);
    await first.scrollIntoViewIfNeeded();
    const box = await first.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    const bottom = await first.evaluate((element) => {
      for (let around = element.parentElement; around; around = around.parentElement)
        if (around.scrollHeight > around.clientHeight && /auto|scroll/.test(getComputedStyle(around).overflowY))
          return around.getBoundingClientRect().bottom;
      return 0;
    });
    await page.mouse.move(box.x + 40, bottom - 8, { steps: 4 });
    await waitFor("the last rule comes into view and is the place", async () =>
      page
        .locator(".inspector .rule")
        .last()
        .evaluate((rule) => rule.className.includes("drop-after")),
    );
    await page.mouse.up();
    await waitFor("the first is the last now", async () => {
      const choices = JSON.parse(await editorText(page)).States.Which.Choices;
      return choices.at(-1).StringEquals === "a" && choices[0].StringEquals === "b";
    });
  },
};

export const journeys = [sorted("JSON", JSON_FLOW), sorted("YAML", YAML_FLOW), scrolling];
