// Above a definition from inside of another file: where it is from, and what saving does.

import { FileCode2, TriangleAlert } from "lucide-react";
import type { ReactElement } from "react";

import { useOrigins } from "../document";

export function OriginBar({ document }: { document: number }): ReactElement | null {
  const origin = useOrigins((state) => state.origins[document]);
  if (!origin) return null;
  const file = origin.path.split(/[\\/]/).at(-1) ?? origin.path;
  return (
    <div className={`origin-bar ${origin.notEditable === null ? "" : "copy"}`}>
      {origin.notEditable === null ? (
        <FileCode2 size={14} aria-hidden="true" />
      ) : (
        <TriangleAlert size={14} aria-hidden="true" />
      )}
      <span title={origin.path}>
        <strong>{origin.id}</strong> in <code>{file}</code>.{" "}
        {origin.notEditable === null
          ? "Save writes it back there and leaves the rest of the file as it is."
          : `A copy: it cannot be saved back, because ${origin.notEditable}.`}
      </span>
    </div>
  );
}
