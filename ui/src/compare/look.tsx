// How a change looks: a sign and a word, and only then a colour.

import { ArrowRightLeft, Minus, PenLine, Plus, type LucideIcon } from "lucide-react";
import type { ReactElement } from "react";

import type { ChangeKind } from "../backend";

export const CHANGES: Record<ChangeKind, { icon: LucideIcon; word: string }> = {
  added: { icon: Plus, word: "Added" },
  removed: { icon: Minus, word: "Removed" },
  changed: { icon: PenLine, word: "Changed" },
  moved: { icon: ArrowRightLeft, word: "Moved or renamed" },
};

export function ChangeSign({ kind, size = 13 }: { kind: ChangeKind; size?: number }): ReactElement {
  const { icon: Icon, word } = CHANGES[kind];
  return (
    <span className={`change-sign change-${kind}`} title={word}>
      <Icon size={size} aria-label={word} />
    </span>
  );
}
