// What the backend says after a change is only what is new. Put together by the page's own code it has to be what the backend
// says when it is asked for all of it.

import { copyFile, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import ts from "typescript";

import { realWorkflows, root } from "../harness.mjs";
import { expect } from "../steps.mjs";

const FILES = 8;
const CHANGES = 15;
const INSERTS = ["", "x", " ", "\n", '"', "{", "}", "🚀", ",", '"Comment": "why",\n', '"End": true', "States"];

/** The same numbers each time: a failure can be looked at again. */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function pageCode() {
  const source = await readFile(join(root, "ui/src/document/analysis.ts"), "utf8");
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputText).toString("base64")}`);
}

/** Changes of a text that leave it whole characters. */
function randomChange(text, upTo) {
  const edge = (at) => (/[\uDC00-\uDFFF]/.test(text[at] ?? "") ? at + 1 : at);
  const from = edge(upTo(text.length + 1));
  const to = Math.max(from, edge(Math.min(text.length, from + (upTo(3) === 0 ? upTo(60) : 0))));
  return { from, to, insert: INSERTS[upTo(INSERTS.length)] };
}

async function addsUp(stage) {
  const real = await realWorkflows();
  const { changedAnalysis } = await pageCode();
  await stage.open();
  const call = async (command, request) => {
    const answer = await stage.page.evaluate(
      async ([command, request]) =>
        (
          await fetch(`/call/${command}`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify(request),
          })
        ).json(),
      [command, request],
    );
    expect(answer.ok !== undefined, `${command}: ${JSON.stringify(answer.failure)}`);
    return answer.ok;
  };
  const sorted = real.sort();
  for (let at = 0; at < FILES; at++) {
    const upTo = chance(at + 1);
    const source = sorted[Math.floor((at * sorted.length) / FILES)];
    const file = join(stage.folder, basename(source));
    if (at % 3 === 2) await writeFile(file, (await readFile(source, "utf8")).replace(/\r?\n/g, "\r\n"));
    else await copyFile(source, file);
    const opened = await call("open_document", { path: file });
    let { text, version, analysis } = opened;
    for (let round = 0; round < CHANGES; round++) {
      const change = randomChange(text, upTo);
      text = text.slice(0, change.from) + change.insert + text.slice(change.to);
      const request = { document: opened.document, baseVersion: version, changes: [change], known: version };
      const said = await call("change_document", request);
      expect(said.since === version, `it builds on what is known: ${said.since} ${version}`);
      analysis = changedAnalysis(analysis, said);
      version = said.version;
      const whole = await call("analyse_document", { document: opened.document });
      const [put, asked] = [JSON.stringify(analysis), JSON.stringify(whole)];
      // The order of fields may differ, what they say may not.
      if (put !== asked)
        expect(
          JSON.stringify(sortedFields(analysis)) === JSON.stringify(sortedFields(whole)),
          `${basename(source)}, change ${round}: ${JSON.stringify(change)}`,
        );
    }
    await call("close_document", { document: opened.document });
  }
}

function sortedFields(value) {
  if (Array.isArray(value)) return value.map(sortedFields);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedFields(value[key])]),
  );
}

export const journeys = [
  {
    name: "what is said of a change adds up to the whole",
    skip: async () => ((await realWorkflows()) ? null : "there are no real workflows beside the project"),
    run: addsUp,
  },
];
