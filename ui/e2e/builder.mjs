// Builds a workflow in the designer as a person does: pieces dragged from the palette, transitions pulled from state to state,
// forms filled in. Whoever uses it decides by what: `Mouse` never presses a key but to type a name or a value.

import { expect, waitFor } from "./steps.mjs";

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const FLOW = {
  Pass: "Pass",
  Choice: "Choice",
  Wait: "Wait",
  Succeed: "Succeed",
  Fail: "Fail",
  Parallel: "Parallel",
  Map: "Map",
};

/** Fields that are no values of the form. */
const STRUCTURE = new Set(["Type", "Next", "End", "Branches", "ItemProcessor", "Choices", "Default", "Retry", "Catch"]);
const NAMED = { Seconds: "Until", SecondsPath: "Until", Timestamp: "Until", TimestampPath: "Until" };

const pointer = (scope, name) => `${scope}/States/${name.replace(/~/g, "~0").replace(/\//g, "~1")}`;

/** The page as one hand and two eyes. */
export class Mouse {
  constructor(page) {
    this.page = page;
    this.asking = new Set();
    this.last = performance.now();
    const began = (request) => {
      if (!request.url().includes("/call/")) return;
      this.asking.add(request);
      this.last = performance.now();
    };
    const ended = (request) => {
      if (!this.asking.delete(request)) return;
      this.last = performance.now();
    };
    page.on("request", began);
    page.on("requestfinished", ended);
    page.on("requestfailed", ended);
  }

  /** What was done has arrived: nothing is asked of the backend any more, and nothing moves. */
  async settle() {
    this.last = performance.now();
    await waitFor(
      "the window comes to rest",
      () => this.asking.size === 0 && performance.now() - this.last > 70,
      20_000,
    );
  }

  node(id) {
    return this.page.locator(`.react-flow__node[data-id=${JSON.stringify(id)}]`);
  }

  /** The box of a node, once it stands still and lies within the canvas. */
  async boxOf(id) {
    let before = null;
    let fitted = false;
    return waitFor(`${id} stands still in view`, async () => {
      const box = await this.node(id).boundingBox();
      const frame = await this.page.locator(".canvas").boundingBox();
      if (!box || !frame) return null;
      const still = before && Math.hypot(box.x - before.x, box.y - before.y) < 0.5;
      before = box;
      if (!still) return null;
      const inside =
        box.x > frame.x + 4 &&
        box.y > frame.y + 30 &&
        box.x + box.width < frame.x + frame.width - 4 &&
        box.y + box.height < frame.y + frame.height - 50;
      if (inside || fitted) return box;
      fitted = true;
      before = null;
      await this.page.getByRole("button", { name: "Fit the whole workflow" }).click();
      return null;
    });
  }

  /** A place of a scope where nothing is: no state, no transition. */
  async freeSpot(scope) {
    const box = scope === "" ? await this.page.locator(".canvas").boundingBox() : await this.boxOf(scope);
    const spot = await this.page.evaluate(
      ({ box, top }) => {
        const away = top ? 60 : 12;
        const lines = [...document.querySelectorAll(".react-flow__edge .edge-line")].flatMap((line) => {
          const length = line.getTotalLength();
          const matrix = line.getScreenCTM();
          const points = [];
          for (let at = 0; at <= length; at += 12)
            points.push(new DOMPoint(line.getPointAtLength(at).x, line.getPointAtLength(at).y).matrixTransform(matrix));
          return points;
        });
        const nodes = [...document.querySelectorAll(".react-flow__node")]
          .filter((node) => !node.querySelector(":scope > .scope, :scope > .container"))
          .map((node) => node.getBoundingClientRect());
        const holders = top
          ? [...document.querySelectorAll(".react-flow__node:has(> .container)")].map((node) =>
              node.getBoundingClientRect(),
            )
          : [];
        let best = null;
        for (let y = box.y + away; y < box.y + box.height - away; y += 16) {
          for (let x = box.x + away; x < box.x + box.width - away; x += 16) {
            const near = (rect) =>
              Math.max(rect.left - x, x - rect.right, 0) + Math.max(rect.top - y, y - rect.bottom, 0);
            const room = Math.min(
              ...nodes.map(near),
              ...holders.map(near),
              ...lines.map((point) => Math.hypot(point.x - x, point.y - y)),
              200,
            );
            if (best && room <= best.room) continue;
            const under = document.elementFromPoint(x, y);
            if (
              under?.closest(".canvas") &&
              !under.closest(".zoom-controls, .react-flow__minimap, .canvas-chips, button")
            )
              best = { x, y, room };
          }
        }
        return best;
      },
      { box, top: scope === "" },
    );
    expect(spot && spot.room > 8, `there is a free spot in ${scope === "" ? "the workflow" : scope}`);
    return spot;
  }

  /** Into view; what is being drawn anew is looked for again. */
  async scroll(locator) {
    for (let attempt = 1; ; attempt++) {
      try {
        await locator.scrollIntoViewIfNeeded();
        return;
      } catch (error) {
        if (attempt === 5 || !/not attached/.test(String(error))) throw error;
      }
    }
  }

  async click(locator) {
    await this.scroll(locator);
    await locator.click();
  }

  /** Something that can be typed into has the focus. */
  async focused() {
    await this.page.waitForFunction(() => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
      return active?.matches("input, textarea, [contenteditable=true]") ?? false;
    });
  }

  /** A drag with moves in between, as a hand makes it. */
  async drag(from, to) {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 3 });
    await mouse.move(to.x, to.y, { steps: 3 });
    await this.page.locator(".ghost").waitFor();
    await mouse.up();
    await this.page.locator(".ghost").waitFor({ state: "detached" });
  }

  async select(id) {
    const selected = this.page.locator(`.react-flow__node.selected[data-id=${JSON.stringify(id)}]`);
    // On a busy machine the picture may begin to move between the look and the click; a hand clicks again.
    await waitFor(`${id} is selected`, async () => {
      const box = await this.boxOf(id);
      // A container is chosen by its head; the rest of it is what it contains.
      await this.page.mouse.click(box.x + Math.min(box.width / 2, 60), box.y + Math.min(box.height / 2, 14));
      return selected.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    });
    await this.settle();
  }

  async choosePage(name) {
    const tab = this.page.getByRole("tab", { name, exact: true });
    if ((await tab.getAttribute("aria-selected")) !== "true") await this.click(tab);
  }
}

export class Builder {
  constructor(page) {
    this.page = page;
    this.hand = new Mouse(page);
  }

  field(name) {
    return this.page.locator(`.state-form .form-field[data-field=${JSON.stringify(name)}]`).first();
  }

  /** Types a value into a control, whatever it is made of, and leaves it. */
  async type(control, text) {
    await this.hand.click(control);
    await this.hand.focused();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(text);
    await this.page.keyboard.press("Tab");
    await this.hand.settle();
  }

  /** Chooses an option of a list. */
  async pick(select, value) {
    await select.selectOption(value);
  }

  /** Types a name over what the field holds. */
  async name(field, name) {
    await field.fill(name);
    await field.press("Enter");
  }

  /** Types JSON into an editor and hands it over. */
  async payload(editor, value) {
    const shown = async () => {
      try {
        return JSON.parse((await editor.locator(".cm-line").allTextContents()).join("\n"));
      } catch {
        return undefined;
      }
    };
    if (differences(await shown(), value).length === 0) return;
    await this.hand.click(editor);
    await this.hand.focused();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(JSON.stringify(value));
    await waitFor("the text is typed", async () => differences(await shown(), value).length === 0);
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const planned = this.page.waitForResponse((response) => response.url().endsWith("/call/plan_edit"));
    await this.page.keyboard.press("Control+Enter");
    await planned;
    await this.hand.settle();
  }

  /** The piece of the palette with this title, or that calls this resource. */
  async piece(search, matches) {
    const add = this.page.getByRole("radiogroup", { name: "Explorer shows" }).getByText("Add", { exact: true });
    await this.hand.click(add);
    const find = this.page.getByLabel("Search what can be added");
    await find.fill(search);
    const titles = () =>
      this.page
        .locator("button.piece")
        .evaluateAll((all) => all.map((piece) => piece.querySelector(".piece-title")?.textContent ?? ""));
    return waitFor(`the palette has ${search}`, async () => {
      // The list follows what is typed a moment later.
      const before = await titles();
      await this.hand.settle();
      const shown = await titles();
      const found = shown.find(matches);
      if (found === undefined || before.join("\n") !== shown.join("\n")) return null;
      const title = this.page.locator(".piece-title", { hasText: new RegExp(`^${escaped(found)}$`) });
      return this.page.locator("button.piece").filter({ has: title }).first();
    });
  }

  /** What to search for, and which title it is then. */
  wanted(state) {
    if (state.Type !== "Task") return [FLOW[state.Type], (title) => title === FLOW[state.Type]];
    const base = state.Resource.replace(/\.(sync(:2)?|waitForTaskToken)$/, "");
    if (/:activity:/.test(base)) return ["activity", (title) => /activity/i.test(title)];
    const [service, action] = base.split(":").slice(-2);
    return [`${service} ${action}`, (title) => title.replace(/\s/g, "").toLowerCase() === action.toLowerCase()];
  }

  pieceFor(state) {
    return this.piece(...this.wanted(state));
  }

  async addState(scope, name, state, onto) {
    const piece = await this.pieceFor(state);
    await this.hand.scroll(piece);
    const from = await piece.boundingBox();
    let to;
    if (onto === null) to = await this.hand.freeSpot(scope);
    else {
      const box = await this.hand.boxOf(onto);
      to = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }
    const before = new Set(await this.ids());
    await this.hand.drag({ x: from.x + from.width / 2, y: from.y + from.height / 2 }, to);
    await waitFor(`${name} is drawn`, async () =>
      (await this.ids()).some((id) => !before.has(id) && id.startsWith(`${scope}/States/`)),
    );
    await this.hand.settle();
    const field = this.page.getByLabel("Name", { exact: true });
    await field.waitFor();
    if ((await field.inputValue()) !== name) {
      await field.fill(name);
      await field.press("Enter");
    }
    await this.hand.node(pointer(scope, name)).waitFor();
    await this.hand.settle();
  }

  ids() {
    return this.page.locator(".react-flow__node").evaluateAll((nodes) => nodes.map((node) => node.dataset.id));
  }

  /** The scope's states, each with its name; what the container came with is taken away. */
  async addStates(scope, machine) {
    const came = (await this.ids()).filter((id) => new RegExp(`^${escaped(scope)}/States/[^/#]+$`).test(id));
    let first = true;
    for (const [name, state] of Object.entries(machine.States)) {
      await this.addState(scope, name, state, first && came[0] !== undefined ? came[0] : null);
      first = false;
    }
    for (const id of came) {
      const box = await this.hand.boxOf(id);
      await this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2, { button: "right" });
      await this.hand.click(this.page.getByRole("menuitem", { name: /^Delete/ }));
      await this.hand.node(id).waitFor({ state: "detached" });
      await this.hand.settle();
    }
  }

  /** Pulls a transition from a state to another, or to the end of its scope. */
  async connect(from, to) {
    await this.hand.boxOf(from);
    const target = await this.hand.boxOf(to);
    // Bringing one into view may have moved the other.
    const source = await this.hand.boxOf(from);
    // The handle shows when the pointer is over the state.
    await this.page.mouse.move(source.x + source.width / 2, source.y + source.height / 2);
    await this.hand.node(from).locator(".pull").waitFor();
    await this.hand.drag(
      { x: source.x + source.width / 2, y: source.y + source.height + 1 },
      { x: target.x + target.width / 2, y: target.y + Math.min(target.height / 2, 14) },
    );
    await this.hand.settle();
  }

  /** To the end of the scope: by its marker where it is drawn, else in the form. */
  async end(scope, id) {
    if ((await this.hand.node(`${scope}#end`).count()) > 0) {
      await this.connect(id, `${scope}#end`);
      return;
    }
    await this.hand.select(id);
    await this.hand.choosePage("Configure");
    await this.pick(this.page.locator('.form-section[data-group="flow"]').getByLabel("Next", { exact: true }), "");
    await this.hand.settle();
  }

  async connectAll(scope, machine) {
    for (const [name, state] of Object.entries(machine.States)) {
      const id = pointer(scope, name);
      if (state.Next) await this.connect(id, pointer(scope, state.Next));
      else if (state.End) await this.end(scope, id);
      // The Choice came with a rule of its own, which leads nowhere yet.
      for (const rule of state.Choices ?? []) await this.connect(id, pointer(scope, rule.Next));
    }
  }

  async fill(scope, name, state) {
    await this.hand.select(pointer(scope, name));
    await this.hand.choosePage("Configure");
    await this.page.locator(".state-form").waitFor();
    const wanted = Object.entries(state).filter(([field]) => !STRUCTURE.has(field));
    if (state.Resource) await this.resource(state.Resource);
    const present = await this.page
      .locator(".state-form .form-field[data-field]")
      .evaluateAll((fields) => fields.map((field) => field.dataset.field));
    for (const field of present) {
      if (field === "Resource" || field in state || STRUCTURE.has(field)) continue;
      if (NAMED[field] && Object.keys(state).some((other) => NAMED[other] === NAMED[field])) continue;
      await this.remove(field);
    }
    for (const field of ["Retry", "Catch"]) if (!(field in state) && present.includes(field)) await this.remove(field);
    for (const [field, value] of wanted) if (field !== "Resource") await this.set(field, value);
    if (state.Choices) await this.choices(state);
    if (state.Retry) await this.retriers(state.Retry);
    if (state.Catch) await this.catchers(state.Catch);
  }

  async remove(field) {
    const frame = this.field(field);
    await frame.hover();
    await this.hand.click(frame.getByRole("button", { name: `Remove ${field}`, exact: true }).first());
    await frame.waitFor({ state: "detached" });
    await this.hand.settle();
  }

  async resource(resource) {
    const line = this.field("Resource").getByLabel("Resource", { exact: true });
    const written = await line.inputValue();
    if (written === resource) return;
    const callback = resource === `${written}.waitForTaskToken`;
    const radio = this.field("Resource").getByRole("radio", { name: "callback" });
    if (callback && (await radio.count()) > 0) await this.hand.click(radio);
    else await this.type(line, resource);
    await waitFor("the resource is written", async () => (await line.inputValue()) === resource);
    await this.hand.settle();
  }

  async set(field, value) {
    const frame = this.field(field);
    if ((await frame.count()) === 0) {
      const titles = [field, NAMED[field], field.replace(/Path$/, "")].filter(Boolean);
      const form = this.page.locator(".state-form");
      // Another name for the same thing may be there: then the switch beside it.
      const twin = form.getByRole("radiogroup", { name: `${titles.at(-1)} from`, exact: true });
      const option = twin.getByRole("radio", { name: field.endsWith("Path") ? "path" : "fixed", exact: true });
      const way = await waitFor(`${field} can be added`, async () => {
        for (const title of titles) {
          const add = form.getByRole("button", { name: `Add ${title}`, exact: true });
          if ((await add.count()) > 0) return add.first();
        }
        return (await option.count()) > 0 ? option : null;
      });
      await this.hand.click(way);
      await this.hand.settle();
      await waitFor(`${field} is there`, async () => (await frame.count()) > 0 || (await twin.count()) > 0);
      if ((await frame.count()) === 0) await this.hand.click(option);
      await frame.waitFor();
      await this.hand.settle();
    }
    if (typeof value === "object" && value !== null) {
      const text = frame.getByRole("radio", { name: "Text", exact: true });
      await this.hand.click(text);
      await this.payload(frame.locator(".cm-content"), value);
      return;
    }
    const text = value === null ? "null" : String(value);
    await this.type(frame.getByLabel(field, { exact: true }).first(), text);
  }

  async chooseState(frame, name) {
    await this.pick(frame.getByLabel("Next", { exact: true }), name);
    await this.hand.settle();
  }

  async condition(place, rule) {
    const [operator, operand] = Object.entries(rule).find(([key]) => !["Variable", "Next"].includes(key));
    await this.type(place.getByLabel("Variable", { exact: true }).first(), rule.Variable);
    const choice = place.getByLabel("Operator", { exact: true }).first();
    if ((await choice.inputValue()) !== operator) {
      await this.pick(choice, operator);
      await this.hand.settle();
    }
    const value = place.getByLabel("Value", { exact: true }).first();
    if (typeof operand === "boolean") await this.pick(value, String(operand));
    else await this.type(value, String(operand));
    await this.hand.settle();
  }

  async choices(state) {
    const frame = this.field("Choices");
    // Conditions that are joined are sorted too; rules alone are meant.
    const rules = frame.locator("li.rule");
    while ((await rules.count()) < state.Choices.length) {
      const count = await rules.count();
      await this.hand.click(frame.getByRole("button", { name: "Add a rule" }));
      await rules.nth(count).waitFor();
      await this.hand.settle();
    }
    for (const [at, rule] of state.Choices.entries()) {
      const place = frame.locator("li.rule").nth(at);
      const fold = place.locator("button.fold").first();
      if ((await fold.getAttribute("aria-expanded")) === "false") await this.hand.click(fold);
      if (rule.And) {
        await this.hand.click(place.getByRole("button", { name: "Join with other conditions" }));
        await this.hand.click(this.page.getByRole("menuitem", { name: "And another condition" }));
        await waitFor("there are two conditions", async () => (await place.locator(".compare").count()) >= 2);
        await this.hand.settle();
        for (const [index, inner] of rule.And.entries())
          await this.condition(place.locator(".compare").nth(index), inner);
      } else await this.condition(place, rule);
      const next = place.getByLabel("Next", { exact: true });
      if ((await next.inputValue()) !== rule.Next) await this.chooseState(place, rule.Next);
    }
    if (state.Default) {
      if ((await this.field("Default").count()) === 0) {
        await this.hand.click(
          this.page.locator(".state-form").getByRole("button", { name: "Add Default", exact: true }),
        );
        await this.hand.settle();
      }
      await this.pick(this.field("Default").getByLabel("Default", { exact: true }), state.Default);
      await this.hand.settle();
    }
  }

  /** Exactly these errors: the first that is named takes the place of States.ALL, with which an entry begins. */
  async errors(place, names) {
    const chips = place.locator(".error-names li code");
    const listed = async () => chips.allTextContents();
    for (const name of await listed())
      if (!names.includes(name) && name !== "States.ALL")
        await this.hand.click(place.getByRole("button", { name: `Remove ${name}`, exact: true }));
    for (const name of names) {
      if ((await listed()).includes(name)) continue;
      await this.hand.click(place.getByRole("button", { name: "Add an error" }));
      await this.hand.click(this.page.getByRole("menuitem", { name: "Another name…" }));
      const input = place.getByLabel("Name of the error");
      await this.name(input, name);
      await waitFor(`${name} is listed`, async () => (await listed()).includes(name));
      await this.hand.settle();
    }
  }

  async retriers(retriers) {
    for (const [at, retrier] of retriers.entries()) {
      const frame = await this.entry("Retry", "Add a Retrier", at);
      await this.errors(frame, retrier.ErrorEquals);
      for (const name of ["IntervalSeconds", "BackoffRate", "MaxAttempts", "MaxDelaySeconds"]) {
        const input = frame.getByLabel(name, { exact: true });
        const wanted = retrier[name] === undefined ? "" : String(retrier[name]);
        if ((await input.inputValue()) !== wanted) await this.type(input, wanted);
      }
      const jitter = frame
        .getByRole("radiogroup", { name: "JitterStrategy" })
        .getByRole("radio", { name: retrier.JitterStrategy === "FULL" ? "full" : "none" });
      if ((await jitter.getAttribute("aria-checked")) !== "true") {
        await this.hand.click(jitter);
        await this.hand.settle();
      }
    }
  }

  async catchers(catchers) {
    for (const [at, catcher] of catchers.entries()) {
      const frame = await this.entry("Catch", "Add a Catcher", at);
      await this.errors(frame, catcher.ErrorEquals);
      if ((await frame.getByLabel("Next", { exact: true }).inputValue()) !== catcher.Next)
        await this.chooseState(frame, catcher.Next);
      if (catcher.ResultPath !== undefined) {
        const path = frame.getByLabel("ResultPath", { exact: true });
        if ((await path.count()) === 0) {
          await this.hand.click(frame.getByRole("button", { name: "ResultPath", exact: true }));
          await path.first().waitFor();
        }
        await this.type(path.first(), String(catcher.ResultPath));
      }
    }
  }

  /** One entry of a list of Retriers or Catchers, made if it is not there. */
  async entry(list, button, at) {
    const form = this.page.locator(".state-form");
    const frame = this.field(list);
    if ((await frame.count()) === 0) {
      const add = form.getByRole("button", { name: `Add ${list}`, exact: true });
      if ((await add.count()) > 0) await this.hand.click(add);
      else await this.hand.click(form.getByRole("button", { name: button }));
      await frame.waitFor();
      await this.hand.settle();
    }
    const entry = frame.locator("li[data-sortable]").nth(at);
    if ((await entry.count()) === 0) {
      await this.hand.click(frame.getByRole("button", { name: button }));
      await entry.waitFor();
      await this.hand.settle();
    }
    return entry;
  }

  /** What is about the workflow as a whole. */
  async workflow(machine) {
    const spot = await this.hand.freeSpot("");
    await this.page.mouse.click(spot.x, spot.y);
    await this.fields(machine);
  }

  async fields(machine) {
    await this.page.locator(".inspector").getByLabel("StartAt", { exact: true }).waitFor();
    const form = this.page.locator(".inspector");
    for (const field of ["Comment", "TimeoutSeconds"])
      if (machine[field] !== undefined)
        await this.type(form.getByLabel(field, { exact: true }), String(machine[field]));
  }

  /** Everything of a machine, and of the machines inside of it. */
  async build(machine, scope = "") {
    await this.addStates(scope, machine);
    for (const [name, state] of Object.entries(machine.States)) {
      const id = pointer(scope, name);
      if (state.Branches) {
        await this.hand.select(id);
        for (;;) {
          const count = (await this.ids()).filter((other) =>
            new RegExp(`^${escaped(id)}/Branches/\\d+$`).test(other),
          ).length;
          if (count >= state.Branches.length) break;
          await this.hand.click(this.page.getByRole("button", { name: "Add a branch" }));
          await this.hand.node(`${id}/Branches/${String(count)}`).waitFor();
          await this.hand.settle();
        }
        for (const [at, branch] of state.Branches.entries()) await this.build(branch, `${id}/Branches/${String(at)}`);
      }
      if (state.ItemProcessor) await this.build(state.ItemProcessor, `${id}/ItemProcessor`);
    }
    await this.connectAll(scope, machine);
    for (const [name, state] of Object.entries(machine.States)) await this.fill(scope, name, state);
  }
}

/** The same hand without a mouse: everything is reached with Tab, arrows and the window's own keys. */
class Keyboard extends Mouse {
  /** Tab after Tab until the focus is on it, or in it. */
  async reach(locator) {
    await locator.first().waitFor();
    const here = () =>
      locator.first().evaluate((element) => {
        let active = document.activeElement;
        if (active && element.contains(active)) return true;
        // The editor of an expression stands in for its text.
        while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
        return active === element || element.getRootNode().host?.contains(document.activeElement) === true;
      });
    for (let presses = 0; presses < 250; presses++) {
      if (await here()) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`${String(locator)} is not reached with Tab`);
  }

  async click(locator) {
    const role = await locator.first().getAttribute("role");
    if (role === "menuitem") {
      const here = () => locator.first().evaluate((element) => element === document.activeElement);
      for (let presses = 0; presses < 60 && !(await here()); presses++) await this.page.keyboard.press("ArrowDown");
      await this.page.keyboard.press("Enter");
      return;
    }
    if (role === "radio") {
      // One stop for the group; arrows go from choice to choice.
      await this.reach(locator.first().locator("xpath=ancestor::*[@role='radiogroup'][1]"));
      for (let presses = 0; presses < 12; presses++) {
        if ((await locator.first().getAttribute("aria-checked")) === "true") return;
        await this.page.keyboard.press("ArrowRight");
        await this.settle();
      }
      throw new Error(`${String(locator)} cannot be chosen with arrows`);
    }
    await this.reach(locator);
    const typed = await locator
      .first()
      .evaluate((element) => element.matches("input, textarea, select, .cm-content, [contenteditable=true]"));
    if (!typed) await this.page.keyboard.press("Enter");
  }

  /** By the palette of commands, which knows every state by its name. */
  async select(id) {
    const name = id.split("/States/").at(-1).replace(/~1/g, "/").replace(/~0/g, "~");
    await this.page.keyboard.press("Control+k");
    await this.page.locator(".palette").waitFor();
    await this.page.keyboard.insertText(name);
    const first = this.page.locator("#palette-list [role=option]").first();
    await waitFor(`the palette has ${name}`, async () => {
      const [title, group] = await first.locator("span").allTextContents();
      return title === name && group?.startsWith("State");
    });
    await this.page.keyboard.press("Enter");
    await this.page.locator(`.react-flow__node.selected[data-id=${JSON.stringify(id)}]`).waitFor();
    await this.settle();
  }
}

export class KeyboardBuilder extends Builder {
  constructor(page) {
    super(page);
    this.hand = new Keyboard(page);
  }

  async pick(select, value) {
    await this.hand.reach(select);
    const at = async () =>
      select.evaluate((element) => [
        element.selectedIndex,
        [...element.options].findIndex(({ value: own }) => own === element.dataset.wanted),
      ]);
    await select.evaluate((element, wanted) => {
      element.dataset.wanted = wanted;
    }, value);
    for (let presses = 0; presses < 60; presses++) {
      const [now, wanted] = await at();
      if (now === wanted) return;
      await this.page.keyboard.press(now < wanted ? "ArrowDown" : "ArrowUp");
      await this.hand.settle();
    }
    throw new Error(`${value} cannot be chosen`);
  }

  async name(field, name) {
    await this.hand.reach(field);
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(name);
    await this.page.keyboard.press("Enter");
  }

  /** Adds a state after the selected one, or on its own where nothing is selected. */
  async add(name, state, after) {
    if (after === null) {
      await this.page.keyboard.press("Alt+1");
      await this.page.waitForFunction(() => document.activeElement?.classList.contains("canvas"));
      await this.page.keyboard.press("Escape");
    } else await this.hand.select(after);
    const before = new Set(await this.ids());
    await this.page.keyboard.press("Control+Shift+a");
    await this.page.waitForFunction(() => document.activeElement?.id === "find-piece");
    await this.page.keyboard.press("Control+a");
    const [words, wanted] = this.wanted(state);
    await this.page.keyboard.insertText(words);
    await waitFor(`the palette has ${words}`, async () => {
      await this.hand.settle();
      return (await this.page.locator("button.piece .piece-title").allTextContents()).some(wanted);
    });
    const titles = await this.page.locator("button.piece .piece-title").allTextContents();
    for (let at = 0; at <= titles.findIndex(wanted); at++) await this.page.keyboard.press("ArrowDown");
    await this.page.keyboard.press("Enter");
    await waitFor(`${name} is drawn`, async () => (await this.ids()).some((id) => !before.has(id)));
    await this.hand.settle();
    await this.page.keyboard.press("Alt+1");
    await this.page.waitForFunction(() => document.activeElement?.classList.contains("canvas"));
    await this.page.keyboard.press("F2");
    await this.hand.focused();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(name);
    await this.page.keyboard.press("Enter");
    await this.hand.node(pointer("", name)).waitFor();
    await this.hand.settle();
  }

  async lead(name, state) {
    await this.hand.select(pointer("", name));
    const next = this.page.locator('.form-section[data-group="flow"]').getByLabel("Next", { exact: true });
    if (state.Next) await this.pick(next, state.Next);
    else if (state.End) await this.pick(next, "");
    await this.hand.settle();
  }

  /** What is about the workflow as a whole. */
  async workflow(machine) {
    await this.page.keyboard.press("Alt+1");
    await this.page.waitForFunction(() => document.activeElement?.classList.contains("canvas"));
    await this.page.keyboard.press("Escape");
    await this.fields(machine);
  }
}

/** Where two values differ, in words; nothing if they are the same but for the order of fields. */
export function differences(a, b, at = "") {
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.flatMap((value, index) => differences(value, b[index], `${at}/${String(index)}`));
  if (a && b && typeof a === "object" && typeof b === "object" && Array.isArray(a) === Array.isArray(b)) {
    const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return names.flatMap((name) => differences(a[name], b[name], `${at}/${name}`));
  }
  return Object.is(a, b) ? [] : [`${at}: ${JSON.stringify(a)} and not ${JSON.stringify(b)}`];
}
