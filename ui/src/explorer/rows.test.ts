import { describe, expect, it } from "vitest";

import type { FolderFile } from "../backend";
import { rowsOf, typeAhead } from "./rows";

const file = (relative: string, errors = 0, ids: string[] = []): FolderFile => ({
  path: `/w/${relative}`,
  relative,
  kind: ids.length > 0 ? "project" : "workflow",
  workflows: (ids.length > 0 ? ids : [relative]).map((id) => ({ id, states: 2, errors, warnings: 0 })),
  trouble: null,
});

const FILES = [
  file("b.asl.json"),
  file("a/flow10.asl.json", 2),
  file("a/flow9.asl.json"),
  file("infra/main.tf", 1, ["orders", "refunds"]),
];

const check = (closed: Record<string, boolean>, filter: string): string[] =>
  rowsOf("/w", FILES, closed, filter).map(
    (row) => `${"  ".repeat(row.level - 1)}${row.name}${row.errors > 0 ? ` !${String(row.errors)}` : ""}`,
  );

describe("the tree of files", () => {
  it("has folders first, numbers in order, workflows inside of their files, and counts problems upwards", () => {
    expect(check({}, "")).toEqual([
      "a !2",
      "  flow9.asl.json",
      "  flow10.asl.json !2",
      "infra !2",
      "  main.tf !2",
      "    orders !1",
      "    refunds !1",
      "b.asl.json",
    ]);
  });

  it("leaves out what is closed, with its problems kept in sight", () => {
    expect(check({ "/w/a": true, "/w/infra/main.tf": true }, "")).toEqual([
      "a !2",
      "infra !2",
      "  main.tf !2",
      "b.asl.json",
    ]);
  });

  it("finds files by path and workflows by name, whatever is closed", () => {
    expect(check({ "/w/infra": true }, "refund")).toEqual(["infra !1", "  main.tf !1", "    refunds !1"]);
    expect(check({}, "a flow9")).toEqual(["a", "  flow9.asl.json"]);
  });

  it("jumps to what is typed", () => {
    const rows = rowsOf("/w", FILES, {}, "");
    expect(rows[typeAhead(rows, 0, "b")]?.name).toBe("b.asl.json");
    expect(rows[typeAhead(rows, 1, "f")]?.name).toBe("flow10.asl.json");
    expect(rows[typeAhead(rows, 2, "f")]?.name).toBe("flow9.asl.json");
    expect(typeAhead(rows, 2, "nothing")).toBe(2);
  });
});
