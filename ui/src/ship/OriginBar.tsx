// Where a workflow is declared: the template it stands in, and the code of its functions.

import { FileCode2, SquareFunction, TriangleAlert } from "lucide-react";
import { type ReactElement, useState } from "react";

import type { ImportedFunction } from "../backend";
import { ask, useDeclarations, useDocuments, useOrigins } from "../document";
import { Menu, type MenuEntry } from "../ui";
import { codeFile, extractToFile, functionWords } from "./imports";

const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

function Functions({ functions }: { functions: readonly ImportedFunction[] }): ReactElement | null {
  if (functions.length === 0) return null;
  const entries: MenuEntry[] = functions.map((one) => {
    const path = codeFile(one);
    return {
      label: functionWords(one),
      disabled: path === null,
      run: () => {
        if (path !== null) ask({ kind: "code", path });
      },
    };
  });
  return (
    <Menu
      label={functions.length === 1 ? "1 Lambda function" : `${String(functions.length)} Lambda functions`}
      entries={entries}
    />
  );
}

export function OriginBar({ document }: { document: number }): ReactElement | null {
  const origin = useOrigins((state) => state.origins[document]);
  const declaration = useDeclarations((state) => state.declarations[document]);
  return null;
}
