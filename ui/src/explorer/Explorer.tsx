import { BookOpen, ChevronDown, ChevronRight, FileJson2, FolderOpen } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";

import { useCommand, type WorkflowGraph } from "../backend";
import { openPath, useDocuments } from "../document";
import { remembered } from "../ui";
import { Outline } from "./Outline";

const useFolded = remembered<Record<string, boolean>>("explorer", { states: false, recent: true, examples: true });

function Section({ id, title, children, grows = false }: { id: string; title: string; children: ReactNode; grows?: boolean }): ReactElement {
  const folded = useFolded((state) => state[id] ?? false);
  return (
    <section className={`section ${grows && !folded ? "grows" : ""}`}>
      <h2><button type="button" aria-expanded={!folded} onClick={() => { useFolded.setState({ [id]: !folded }); }}>{folded ? <ChevronRight size={13} /> : <ChevronDown size={13} />}{title}</button></h2>
      {folded ? null : children}
    </section>
  );
}

export function Explorer({ tab, graph, execution, onOpen }: { tab: string | null; graph: WorkflowGraph | null; execution: string | null; onOpen: () => void }): ReactElement {
  const [filter, setFilter] = useState("");
  const recent = useCommand("recent_files", {});
  const examples = useCommand("list_examples", {});
  const openPaths = useDocuments((state) => state.documents);
  const active = useDocuments((state) => state.tabs.find((open) => state.active === `d${open.kind === "document" ? String(open.document) : ""}`));
  const activePath = active?.kind === "document" ? openPaths[active.document]?.path : null;
  return (
    <nav className="explorer" aria-label="Explorer">
      <Section id="states" title="States" grows>
        {graph && tab !== null ? (
          <>
            <input className="find" type="search" placeholder="Find state, type, service…" aria-label="Find state" value={filter} id="find-state" onChange={(event) => { setFilter(event.currentTarget.value); }} />
            <Outline tab={tab} graph={graph} execution={execution} filter={filter} />
          </>
        ) : <p className="dim pad">Open a workflow to see its states.</p>}
      </Section>
      <Section id="recent" title="Recent files">
        <ul className="plain-list scroll">
          {recent.data?.files.slice(0, 12).map((file) => (
            <li key={file.path}><button type="button" className={`list-item slim ${file.path === activePath ? "on" : ""}`} disabled={!file.exists} title={file.exists ? file.path : `${file.path} is gone`} onClick={() => { void openPath(file.path); }}><FileJson2 size={14} /><span className="list-title">{file.name}</span></button></li>
          ))}
          {recent.data?.files.length === 0 ? <li className="dim pad">None yet.</li> : null}
          <li><button type="button" className="list-item slim" onClick={onOpen}><FolderOpen size={14} /><span className="list-title">Open…</span></button></li>
        </ul>
      </Section>
      <Section id="examples" title="Examples">
        <ul className="plain-list scroll">
          {examples.data?.examples.map((example) => (
            <li key={example.path}><button type="button" className={`list-item slim ${example.path === activePath ? "on" : ""}`} title={example.summary} onClick={() => { void openPath(example.path); }}><BookOpen size={14} /><span className="list-title">{example.name}</span></button></li>
          ))}
        </ul>
      </Section>
    </nav>
  );
}
