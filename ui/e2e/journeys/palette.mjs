// The palette: services and their calls, by mouse and by keyboard.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, statesDrawn, waitFor } from "../steps.mjs";

const focused = (page) => page.evaluate(() => document.activeElement?.dataset["title"] ?? document.activeElement?.id);

async function openPalette({ page, open }) {
  await open();
  await page.keyboard.press("Control+n");
  await page.waitForSelector(".canvas[data-ready] .react-flow__node");
  await page.keyboard.press("Control+Shift+A");
  await page.waitForFunction(() => document.activeElement?.id === "find-piece");
  await page.locator(".piece-list", { hasText: "DynamoDB" }).waitFor();
}

export const journeys = [
  {
    name: "services stand under their names; what was opened stays open after a restart of the page",
    async run(stage) {
      const { page } = stage;
      await openPalette(stage);
      const dynamo = page.getByRole("button", { name: /^DynamoDB/ });
      expect((await dynamo.getAttribute("aria-expanded")) === "false", "a service is closed at first");
      await dynamo.click();
      await page.locator(".piece.nested", { hasText: "Put item" }).waitFor();
      await page.getByRole("button", { name: /^Flow/ }).click();
      await page.locator(".piece", { hasText: "Parallel" }).waitFor({ state: "detached" });
      await page.getByRole("button", { name: /^All AWS services/ }).click();
      await page.getByRole("button", { name: /^S3 \d+/ }).click();
      await page.locator(".piece.nested", { hasText: "Get object legal hold" }).waitFor();
      await page.reload();
      await page.locator(".piece.nested", { hasText: "Put item" }).waitFor();
      await page.locator(".piece.nested", { hasText: "Get object legal hold" }).waitFor();
      expect((await page.locator(".piece", { hasText: "Parallel" }).count()) === 0, "Flow is still closed");
    },
  },
  {
    name: "a search finds calls across services, under the service's name; words in any order",
    async run(stage) {
      const { page } = stage;
      await openPalette(stage);
      for (const [words, service, title] of [
        ["lambda invoke", "Lambda", "Invoke"],
        ["dynamo put", "DynamoDB", "Put item"],
        ["put dynamodb", "DynamoDB", "Put item"],
        ["simple storage get object", "S3", "Get object"],
      ]) {
        await page.locator("#find-piece").fill(words);
        await waitFor(`${words} finds ${title} of ${service}`, () =>
          page.evaluate(
            ([service, title]) => {
              const head = document.querySelector('section[aria-label="Services"] .piece-service');
              const first = head?.closest("li")?.querySelector(".piece-title");
              return head?.textContent === service && first?.textContent === title;
            },
            [service, title],
          ),
        );
      }
      await page.locator("#find-piece").fill("nothing is called so");
      await page.getByText("Nothing matches “nothing is called so”.").waitFor();
    },
  },
  {
    name: "by keyboard: arrows, Home, End and first letters; one stop of the Tab key; Enter adds a call with its example",
    async run(stage) {
      const { page } = stage;
      await openPalette(stage);
      await page.keyboard.press("ArrowDown");
      expect((await focused(page)) === "Flow", "the first row");
      await page.keyboard.press("ArrowLeft");
      await page.locator(".piece", { hasText: "Parallel" }).waitFor({ state: "detached" });
      await page.keyboard.press("ArrowRight");
      await page.locator(".piece", { hasText: "Parallel" }).waitFor();
      await page.keyboard.press("d");
      await page.keyboard.press("d");
      expect((await focused(page)) === "DynamoDB", "letters lead to what begins with them");
      await page.keyboard.press("ArrowRight");
      await page.locator(".piece.nested", { hasText: "Put item" }).waitFor();
      await page.keyboard.press("p");
      expect((await focused(page)) === "Put item", "into what was opened");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Shift+Tab");
      expect((await focused(page)) === "Put item", "the list is one stop of the Tab key, where one left it");
      await page.keyboard.press("ArrowLeft");
      expect((await focused(page)) === "DynamoDB", "left leads to the service");
      await page.keyboard.press("End");
      expect((await focused(page)) === "All AWS services", "the last row");
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowUp");
      expect((await focused(page)) === "find-piece", "above the first row is the search");
      await page.keyboard.type("put item dynamo");
      await page.locator("h4.piece-service", { hasText: "DynamoDB" }).waitFor();
      await page.locator(".piece-list button[aria-expanded]").first().waitFor({ state: "detached" });
      // What the backend finds comes after what the page knows by itself.
      await waitFor("the list is at rest", async () => {
        const list = () => page.locator(".piece-list .piece").allTextContents();
        const before = await list();
        await page.waitForTimeout(250);
        return before.length > 0 && before[0].includes("Put item") && String(before) === String(await list());
      });
      await page.keyboard.press("ArrowDown");
      await waitFor("the call has the focus", async () => (await focused(page)) === "Put item");
      await page.keyboard.press("Enter");
      await waitFor("the state is drawn", async () => (await statesDrawn(page)).includes("Put item"));
      await page.keyboard.press("Alt+2");
      await page.locator(".document-editor", { hasText: "TableName" }).waitFor();
    },
  },
  {
    name: "a pattern dropped on a transition lies between the two states",
    async run({ page, open, openExample, examples }) {
      await open();
      await openExample("order-approval");
      await page.keyboard.press("Control+Shift+A");
      await page.waitForFunction(() => document.activeElement?.id === "find-piece");
      await page.keyboard.type("poll until");
      const piece = page.locator("button.piece", { hasText: "Poll until done" });
      await piece.waitFor();
      await page.locator(".piece-service").waitFor({ state: "detached" });
      const from = await piece.boundingBox();
      const to = await page
        .locator(".react-flow__node", { has: page.locator(".node-name", { hasText: /^Approved\?$/ }) })
        .boundingBox();
      await page.mouse.move(from.x + 60, from.y + 10);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y - 60, { steps: 4 });
      await page.mouse.move(to.x + to.width / 2, to.y - 14, { steps: 4 });
      await page.locator(".ghost", { hasText: "Between" }).waitFor();
      await page.mouse.up();
      await page.locator(".unsaved").waitFor();
      await page.keyboard.press("Control+s");
      await page.locator(".unsaved").waitFor({ state: "detached" });
      const { States } = JSON.parse(await readFile(join(examples, "order-approval/order-approval.asl.json"), "utf8"));
      const first = States["Request Approval"].Next;
      expect(first !== "Approved?", "what led on leads to the pattern now");
      const reached = new Set();
      const follow = (name) => {
        if (name === undefined || reached.has(name)) return;
        reached.add(name);
        const { Next, Default, Choices = [], Catch = [] } = States[name];
        for (const to of [Next, Default, ...Choices.map((rule) => rule.Next), ...Catch.map((rule) => rule.Next)])
          follow(to);
      };
      follow(first);
      expect(reached.has("Approved?"), `and the pattern leads on: ${[...reached].join(", ")}`);
    },
  },
];
