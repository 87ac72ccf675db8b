// CodeMirror in a shadow root: there its style sheets are adopted ones, which `style-src 'self'` allows.

import type { EditorView } from "@codemirror/view";
import { type ReactElement, useEffect, useRef } from "react";

interface Props {
  /** Makes the view in the given root; called once for each `id`. */
  readonly create: (parent: ShadowRoot) => EditorView;
  readonly onDispose?: (view: EditorView) => void;
  /** Another id makes another view. */
  readonly id: string;
  readonly label: string;
  readonly className?: string;
}

export function ShadowEditor({ create, onDispose, id, label, className }: Props): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef({ create, onDispose });
  useEffect(() => {
    latest.current = { create, onDispose };
  });
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const shadow = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    const view = latest.current.create(shadow);
    view.contentDOM.setAttribute("aria-label", label);
    return () => {
      latest.current.onDispose?.(view);
      view.destroy();
    };
  }, [id, label]);
  return <div ref={host} className={`editor ${className ?? ""}`} />;
}
