// What can be added: states, calls of services, patterns. Drag it onto the canvas, or press Enter to add it after the selection.

import "./palette.css";

import { ChevronRight, Search } from "lucide-react";
import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useDeferredValue,
  useEffect,
  useRef,
  useState,
} from "react";

import { StateIcon } from "../asl";
import { explain, type QueryLanguage, type SdkService, useCommand } from "../backend";
import { remembered } from "../ui";
import { PieceRow, addItem } from "./PieceRow";
import { bareTitle, itemOf, type Item, type Service, usePieces } from "./pieces";
import { isTypeAhead, moveIn } from "./rove";

/** What the person has opened or closed; the rest is as it comes. */
const useOpen = remembered<Record<string, boolean>>("palette", {});

function useFold(key: string, initially: boolean): [boolean, () => void] {
  const open = useOpen((state) => state[key] ?? initially);
  return [
    open,
    () => {
      useOpen.setState({ [key]: !open });
    },
  ];
}

interface GroupProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly count?: number;
  /** While something is searched all that was found is in sight. */
  readonly searching: boolean;
  readonly initially?: boolean;
}

function Section({ title, children, count, searching, initially = true }: GroupProps): ReactElement {
  const [open, toggle] = useFold(title, initially);
  if (searching)
    return (
      <section aria-label={title}>
        <h3 className="piece-section">{title}</h3>
        {children}
      </section>
    );
  return (
    <section aria-label={title}>
      <h3 className="piece-section">
        <button type="button" tabIndex={-1} aria-expanded={open} data-row={title} data-title={title} onClick={toggle}>
          <ChevronRight className="piece-twist" size={13} aria-hidden="true" />
          {title}
          {open || count === undefined ? null : <small>{count}</small>}
        </button>
      </h3>
      {open ? children : null}
    </section>
  );
}

/** A service, and its calls beneath it. */
function ServiceGroup({
  title,
  resource,
  count,
  searching,
  children,
}: {
  title: string;
  resource: string;
  count: number;
  searching: boolean;
  children: () => ReactNode;
}): ReactElement {
  const [open, toggle] = useFold(`service ${title} ${resource.includes(":aws-sdk:") ? "sdk" : ""}`, false);
  const face = (
    <>
      <StateIcon node={{ kind: "task", resource }} size={18} />
      <span>{title}</span>
    </>
  );
  if (searching)
    return (
      <li>
        <h4 className="piece-service">{face}</h4>
        {children()}
      </li>
    );
  return (
    <li>
      <h4>
        <button
          type="button"
          className="piece-service"
          tabIndex={-1}
          aria-expanded={open}
          data-row={`service ${resource}`}
          data-title={title}
          onClick={toggle}
        >
          {face}
          <small>{count}</small>
          <ChevronRight className="piece-twist" size={13} aria-hidden="true" />
        </button>
      </h4>
      {open ? children() : null}
    </li>
  );
}

function Rows({
  items,
  language,
  nested = false,
}: {
  items: readonly Item[];
  language: QueryLanguage;
  nested?: boolean;
}): ReactElement {
  return (
    <ul>
      {items.map((item) => (
        <PieceRow key={item.key} item={item} language={language} nested={nested} />
      ))}
    </ul>
  );
}

function Services({
  services,
  language,
  searching,
}: {
  services: readonly Service[];
  language: QueryLanguage;
  searching: boolean;
}): ReactElement {
  return (
    <ul>
      {services.map((service) => {
        const [only, ...others] = service.items;
        // A service with one call needs no head of its own.
        if (!searching && only && others.length === 0)
          return (
            <PieceRow
              key={service.key}
              item={only}
              language={language}
              title={service.title}
              note={only.title.toLowerCase()}
            />
          );
        return (
          <ServiceGroup
            key={service.key}
            title={service.title}
            resource={service.resource}
            count={service.items.length}
            searching={searching}
          >
            {() => <Rows items={service.items} language={language} nested />}
          </ServiceGroup>
        );
      })}
    </ul>
  );
}

function SdkCalls({ service, language }: { service: SdkService; language: QueryLanguage }): ReactElement {
  const { data, error } = useCommand("list_calls", { service: service.name });
  if (error) return <p className="bad-text pad">{explain(error)}</p>;
  return <Rows items={(data?.integrations ?? []).map((hit) => itemOf(hit, language))} language={language} nested />;
}

/** Every service of the SDK, to look through; the search finds their calls at once. */
function SdkServices({ language }: { language: QueryLanguage }): ReactElement {
  const { data, error } = useCommand("list_sdk_services", {});
  if (error) return <p className="bad-text pad">{explain(error)}</p>;
  return (
    <ul>
      {(data?.services ?? []).map((service) => (
        <ServiceGroup
          key={service.name}
          title={bareTitle(service.title)}
          resource={`arn:aws:states:::aws-sdk:${service.name}:`}
          count={service.calls}
          searching={false}
        >
          {() => <SdkCalls service={service} language={language} />}
        </ServiceGroup>
      ))}
    </ul>
  );
}

export function PiecePalette({ language }: { language: QueryLanguage }): ReactElement {
  const [typed, setTyped] = useState("");
  const query = useDeferredValue(typed.trim());
  const searching = query !== "";
  const { flow, services, own, patterns, trouble, settled } = usePieces(query, language);
  const [entered, setEntered] = useState(false);
  const list = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const rows = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>("button[data-row]") ?? [])];
  const onListKey = (event: KeyboardEvent<HTMLElement>): void => {
    const row = (event.target as Element).closest<HTMLElement>("button[data-row]");
    if (event.ctrlKey || event.metaKey || event.altKey || !row) return;
    const all = rows();
    const at = all.indexOf(row);
    const open = row.getAttribute("aria-expanded");
    if (event.key === "ArrowUp" && at === 0) search.current?.focus();
    else if ((event.key === "ArrowRight" && open === "false") || (event.key === "ArrowLeft" && open === "true"))
      row.click();
    else if (event.key === "ArrowLeft") {
      // To the head of the group this row is in.
      const heads = all.slice(0, at).filter((other) => other.hasAttribute("aria-expanded"));
      const head = heads.findLast((other) => other.closest("li, section")?.contains(row) ?? false);
      head?.focus();
    } else {
      const to = moveIn(
        all.map((other) => other.dataset["title"] ?? ""),
        at,
        event.key,
      );
      if (to === null) {
        if (isTypeAhead(event.key)) event.preventDefault();
        return;
      }
      all[to]?.focus();
    }
    event.preventDefault();
  };
  // One row is in the order of the Tab key: the last that had the focus, else the first.
  const hold = (row: HTMLElement | undefined): void => {
    for (const other of rows()) other.tabIndex = other === row ? 0 : -1;
  };
  useEffect(() => {
    if (!rows().some((row) => row.tabIndex === 0)) hold(rows()[0]);
  });
  const first = flow[0] ?? own[0] ?? services[0]?.items[0] ?? patterns[0];
  // Enter means the first of what is found for what was typed, also where that is not found yet.
  useEffect(() => {
    if (!entered || !settled || typed.trim() !== query) return;
    setEntered(false);
    if (first) addItem(first);
  }, [entered, settled, typed, query, first]);
  return (
    <div className="pieces">
      <span className="find-frame">
        <Search size={13} aria-hidden="true" />
        <input
          ref={search}
          id="find-piece"
          type="search"
          placeholder="Search states, services…"
          aria-label="Search what can be added"
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter") setEntered(typed.trim() !== "");
            else if (event.key === "ArrowDown") {
              event.preventDefault();
              rows()[0]?.focus();
            }
          }}
        />
      </span>
      <div
        className="piece-list"
        ref={list}
        onKeyDown={onListKey}
        onFocus={(event) => {
          hold(event.target.closest<HTMLElement>("button[data-row]") ?? undefined);
        }}
      >
        {trouble === null ? null : <p className="bad-text pad">{trouble}</p>}
        {flow.length === 0 ? null : (
          <Section title="Flow" count={flow.length} searching={searching}>
            <Rows items={flow} language={language} />
          </Section>
        )}
        {own.length === 0 ? null : (
          <Section title="Your own" count={own.length} searching={searching}>
            <Rows items={own} language={language} />
          </Section>
        )}
        {services.length === 0 ? null : (
          <Section title="Services" count={services.length} searching={searching}>
            <Services services={services} language={language} searching={searching} />
          </Section>
        )}
        {patterns.length === 0 ? null : (
          <Section title="Patterns" count={patterns.length} searching={searching}>
            <Rows items={patterns} language={language} />
          </Section>
        )}
        {searching ? null : (
          <Section title="All AWS services" searching={false} initially={false}>
            <SdkServices language={language} />
          </Section>
        )}
        {first === undefined && trouble === null ? <p className="dim pad">Nothing matches “{query}”.</p> : null}
      </div>
    </div>
  );
}
