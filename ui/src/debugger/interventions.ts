// What a person changed with the debugger, in words and by place.

import type { Intervention } from "../backend";
import type { Overview, Stay } from "./model";

const LONGEST = 200;
const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

/** `input changed: {"n": 1} → {"n": 2}` */
export function changeWords({ words, before, after }: Intervention): string {
  // The words of a single value say it already.
  if (before === null) return words;
  const what = words.replace(/ (changed )?to .*$/s, (_, changed: string | undefined) => (changed ? " changed" : ""));
  return after === null ? `${what}, was ${short(before)}` : `${what}: ${short(before)} → ${short(after)}`;
}

/** Those that belong to a stay: in its lane, between its beginning and its end. */
export function changesOf(overview: Overview, stay: Stay): readonly Intervention[] {
  return overview.interventions.filter(
    ({ lane, line }) => lane === stay.lane && line > stay.entered && (stay.exited === 0 || line <= stay.exited),
  );
}

/** Of each stay with changes, their lines. */
export function changedStays(overview: Overview): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const { lane, line } of overview.interventions) {
    const stays = overview.staysOf[lane] ?? [];
    const stay = stays.findLast((at) => (overview.stays[at]?.entered ?? Infinity) < line);
    if (stay === undefined) continue;
    const known = found.get(stay);
    if (known) known.push(line);
    else found.set(stay, [line]);
  }
  return found;
}

/** By the number of the event that each comes right after. */
export function changesByEvent(changes: readonly Intervention[]): ReadonlyMap<number, readonly Intervention[]> {
  const found = new Map<number, Intervention[]>();
  for (const change of changes) {
    const known = found.get(change.event);
    if (known) known.push(change);
    else found.set(change.event, [change]);
  }
  return found;
}

/** Up to a line, by the node of the state. */
export function changesByNode(
  changes: readonly Intervention[],
  line: number,
): ReadonlyMap<string, readonly Intervention[]> {
  const found = new Map<string, Intervention[]>();
  for (const change of changes) {
    if (change.line > line || change.node === null) continue;
    found.set(change.node, [...(found.get(change.node) ?? []), change]);
  }
  return found;
}
