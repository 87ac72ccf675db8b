// The whole form of a state: its fields in groups, each with what is wrong beside it; what is absent can be added.

import { Plus } from "lucide-react";
import type { ReactElement, ReactNode } from "react";

import type { GraphNodeKind, StateField } from "../backend";
import { edit } from "../document";
import type { JsonNode } from "../ui";
import { FieldOf, VariantSwitch } from "./form/Controls";
import { Problem } from "./form/Frame";
import { Catchers } from "./form/Handlers";
import { Choose, StateSelect } from "./form/Line";
import { Section } from "./form/Section";
import { fieldNamed, type Group, groupsOf, INITIAL, useLanguage } from "./language";
import { entriesOf, escape, member, setField, textOf, useForm } from "./place";
import { Variables } from "./Variables";

const TYPES: Readonly<Partial<Record<GraphNodeKind, string>>> = {
  task: "Task",
  pass: "Pass",
  choice: "Choice",
  wait: "Wait",
  succeed: "Succeed",
  fail: "Fail",
  parallel: "Parallel",
  map: "Map",
};

function Fields({
  group,
  type,
  fields,
  state,
  problems,
}: {
  group: Group;
  type: string;
  fields: readonly StateField[];
  state: JsonNode;
  problems: number;
}): ReactElement {
  const form = useForm();
  const written = (name: string): JsonNode | undefined => member(state, name);
  const present = group.entries.filter((entry) => entry.names.some((name) => written(name) !== undefined));
  const absent = group.entries.filter((entry) => !present.includes(entry) && entry.names[0] !== "Iterator");
  // Choice and the like have nothing to add; an empty group says nothing.
  if (present.length === 0 && absent.length === 0) return <></>;
  return (
    <Section id={group.id} title={group.title} note={problems > 0 ? String(problems) : ""}>
      {present.map((entry) => {
        const used = entry.names.filter((name) => written(name) !== undefined);
        return used.map((name) => {
          const value = written(name);
          if (value === undefined) return null;
          return (
            <FieldOf
              key={name}
              name={name}
              field={fieldNamed(fields, type, form.language, name)}
              value={value}
              extra={used[0] === name ? <VariantSwitch title={entry.title} names={entry.names} used={name} /> : null}
            />
          );
        });
      })}
      {absent.length === 0 ? null : (
        <div className="entry-add">
          {absent.map((entry) => {
            const name = entry.names[0] ?? "";
            const help = fieldNamed(fields, type, form.language, name)?.help ?? "";
            if (name === "Catch") return <AddCatcher key={name} help={help} />;
            return (
              <button
                key={name}
                type="button"
                className="chip-button"
                title={help}
                aria-label={`Add ${entry.title}`}
                onClick={() =>
                  void setField(
                    form,
                    escape(name),
                    name === "Output" && !["Task", "Parallel", "Map"].includes(type)
                      ? '"{% $states.input %}"'
                      : (INITIAL[name] ?? '""'),
                  )
                }
              >
                <Plus size={11} /> {entry.title}
              </button>
            );
          })}
        </div>
      )}
    </Section>
  );
}

/** A Catcher needs a state to go to, so adding the field adds one. */
function AddCatcher({ help }: { help: string }): ReactElement {
  return (
    <span className="add-catcher" title={help}>
      <Catchers value={undefined} />
    </span>
  );
}

export function StateForm({
  state,
  links,
  onPlace,
}: {
  state: JsonNode;
  /** Where it leads, and what leads to it. */
  links: ReactNode;
  onPlace: (offset: number) => void;
}): ReactElement {
  const form = useForm();
  const { fields } = useLanguage();
  const { node } = form;
  const type = TYPES[node.kind] ?? "";
  const groups = groupsOf(type, form.language, fields);
  const known = new Set(groups.flatMap((group) => group.entries.flatMap((entry) => entry.names)));
  const names = entriesOf(state).map(([name]) => name);
  const STRUCTURAL = ["Type", "Next", "End"];
  // What the table does not know is still the person's: it is shown, and can be changed.
  const others = names.filter((name) => !known.has(name) && !STRUCTURAL.includes(name));
  const at = (name: string): number =>
    form.problems.filter((problem) => {
      const pointer = `${node.id}/${escape(name)}`;
      return problem.pointer === pointer || problem.pointer?.startsWith(`${pointer}/`) === true;
    }).length;
  // Findings about the state as a whole, and about fields that are not there.
  const loose = form.problems.filter(
    (problem) =>
      !names.some((name) => {
        const pointer = `${node.id}/${escape(name)}`;
        return (
          !STRUCTURAL.includes(name) &&
          (problem.pointer === pointer || problem.pointer?.startsWith(`${pointer}/`) === true)
        );
      }),
  );
  const leads = node.kind !== "choice" && node.kind !== "succeed" && node.kind !== "fail";
  const next = member(state, "Next");
  return (
    <div className="state-form">
      {loose.length === 0 ? null : (
        <div className="field-problems" role="status">
          {loose.map((problem, index) => (
            <Problem key={index} problem={problem} />
          ))}
        </div>
      )}
      {groups
        .filter((group) => group.id !== "about")
        .map((group) => (
          <Fields
            key={group.id}
            group={group}
            type={type}
            fields={fields}
            state={state}
            problems={group.entries.flatMap((entry) => entry.names).reduce((sum, name) => sum + at(name), 0)}
          />
        ))}
      {others.length === 0 ? null : (
        <Section id="others" title="Other fields">
          {others.map((name) => {
            const value = member(state, name);
            return value === undefined ? null : <FieldOf key={name} name={name} field={undefined} value={value} />;
          })}
        </Section>
      )}
      <Variables onPlace={onPlace} />
      <Section id="flow" title="Flow">
        {leads ? (
          <label className="inline-field">
            <span>Next</span>
            <StateSelect
              place={form}
              label="Next"
              end
              loose={next === undefined && member(state, "End") === undefined}
              own
              value={next === undefined ? null : textOf(next)}
              onCommit={(to) => {
                void edit(
                  form.document,
                  { type: "connect", from: node.id, slot: { type: "next" }, to: to?.id ?? null },
                  { stay: true },
                );
              }}
            />
          </label>
        ) : null}
        {links}
      </Section>
      <Section id="about" title="About it">
        <label className="inline-field">
          <span>Type</span>
          <Choose
            label="Type"
            value={type === "" ? textOf(member(state, "Type")) : type}
            options={Object.values(TYPES)}
            onCommit={(wanted) => {
              const kind = (Object.keys(TYPES) as GraphNodeKind[]).find((candidate) => TYPES[candidate] === wanted);
              if (kind) void edit(form.document, { type: "changeType", state: node.id, kind }, { stay: true });
            }}
          />
        </label>
        <Language />
        {groups
          .filter((group) => group.id === "about")
          .flatMap((group) => group.entries)
          .map((entry) => {
            const name = entry.names[0] ?? "";
            const value = member(state, name);
            return name === "QueryLanguage" || value === undefined ? null : (
              <FieldOf key={name} name={name} field={fieldNamed(fields, type, form.language, name)} value={value} />
            );
          })}
        {member(state, "Comment") === undefined ? (
          <div className="entry-add">
            <button
              type="button"
              className="chip-button"
              aria-label="Add Comment"
              onClick={() => void setField(form, "Comment", '""')}
            >
              <Plus size={11} /> Comment
            </button>
          </div>
        ) : null}
      </Section>
    </div>
  );
}

/** The language of the state's expressions, with what a change of it means. */
function Language(): ReactElement {
  const form = useForm();
  return (
    <div className="row-line">
      <span className="dim">Language</span>
      <strong>{form.language}</strong>
      <span className="grow" />
      {form.language === "JSONPath" ? (
        <button
          type="button"
          className="link"
          title="Rewrites this state's paths and intrinsic calls, where they mean the same"
          onClick={() => void edit(form.document, { type: "convertToJsonata", state: form.node.id }, { stay: true })}
        >
          Convert to JSONata
        </button>
      ) : null}
    </div>
  );
}
