// Two versions of a text, the changes of the second against the first marked in place.

import { json } from "@codemirror/lang-json";
import { unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import type { ReactElement } from "react";

import { ShadowEditor } from "./Editor";
import { looks } from "./theme";

export function Difference({
  id,
  before,
  after,
  label,
  language,
}: {
  id: string;
  before: string;
  after: string;
  label: string;
  language?: Extension;
}): ReactElement {
  return (
    <ShadowEditor
      id={id}
      label={label}
      className="difference"
      create={(parent) =>
        new EditorView({
          parent,
          root: parent,
          state: EditorState.create({
            doc: after,
            extensions: [
              language ?? json(),
              lineNumbers(),
              EditorState.readOnly.of(true),
              EditorView.editable.of(false),
              looks,
              unifiedMergeView({
                original: before,
                mergeControls: false,
                gutter: true,
                collapseUnchanged: { margin: 3, minSize: 6 },
              }),
            ],
          }),
        })
      }
    />
  );
}
