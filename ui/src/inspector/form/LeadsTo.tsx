// Where a rule or a Catcher leads.

import { CornerDownRight } from "lucide-react";
import type { ReactElement } from "react";

import type { EdgeReason } from "../../backend";
import { edit } from "../../document";
import type { JsonNode } from "../../ui";
import { textOf, useForm } from "../place";
import { StateSelect } from "./Line";

export function LeadsTo({ slot, next }: { slot: EdgeReason; next: JsonNode | undefined }): ReactElement {
  const form = useForm();
  return (
    <label className="inline-field">
      <span>
        <CornerDownRight size={12} aria-hidden="true" /> Next
      </span>
      <StateSelect
        place={form}
        own
        label="Next"
        end={false}
        value={next === undefined ? null : textOf(next)}
        onCommit={(to) => {
          if (to) void edit(form.document, { type: "connect", from: form.node.id, slot, to: to.id }, { stay: true });
        }}
      />
    </label>
  );
}
