import * as Context from "@radix-ui/react-context-menu";
import * as Dropdown from "@radix-ui/react-dropdown-menu";
import { Check } from "lucide-react";
import { Fragment, type ReactElement } from "react";

export type MenuEntry =
  | "separator"
  | { readonly heading: string }
  | {
      readonly label: string;
      readonly keys?: string | undefined;
      readonly disabled?: boolean;
      readonly checked?: boolean;
      readonly hint?: string;
      run(): void;
    };

/** Made when the menu opens, if it is a function. */
type Entries = readonly MenuEntry[] | (() => readonly MenuEntry[]);

function DropdownItems({ entries }: { entries: Entries }): ReactElement {
  return (
    <>
      {(typeof entries === "function" ? entries() : entries).map((entry, index) => (
        <Fragment key={index}>
          {entry === "separator" ? (
            <Dropdown.Separator className="menu-separator" />
          ) : "heading" in entry ? (
            <Dropdown.Label className="menu-heading">{entry.heading}</Dropdown.Label>
          ) : entry.checked === undefined ? (
            <Dropdown.Item className="menu-item" disabled={entry.disabled ?? false} onSelect={entry.run}>
              <span className="menu-label">
                {entry.label}
                {entry.hint === undefined ? null : <small>{entry.hint}</small>}
              </span>
              {entry.keys === undefined ? null : <kbd>{entry.keys}</kbd>}
            </Dropdown.Item>
          ) : (
            <Dropdown.CheckboxItem
              className="menu-item"
              checked={entry.checked}
              disabled={entry.disabled ?? false}
              onSelect={entry.run}
            >
              <Dropdown.ItemIndicator className="menu-check">
                <Check size={13} />
              </Dropdown.ItemIndicator>
              <span className="menu-label">
                {entry.label}
                {entry.hint === undefined ? null : <small>{entry.hint}</small>}
              </span>
              {entry.keys === undefined ? null : <kbd>{entry.keys}</kbd>}
            </Dropdown.CheckboxItem>
          )}
        </Fragment>
      ))}
    </>
  );
}

export function Menu({
  trigger,
  entries,
  align = "start",
}: {
  trigger: ReactElement;
  entries: Entries;
  align?: "start" | "end";
}): ReactElement {
  return (
    <Dropdown.Root modal={false}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content className="menu" align={align} sideOffset={4} collisionPadding={8}>
          <DropdownItems entries={entries} />
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

function ContextItems({ entries }: { entries: Entries }): ReactElement {
  return (
    <>
      {(typeof entries === "function" ? entries() : entries).map((entry, index) =>
        entry === "separator" ? (
          <Context.Separator key={index} className="menu-separator" />
        ) : "heading" in entry ? (
          <Context.Label key={index} className="menu-heading">
            {entry.heading}
          </Context.Label>
        ) : entry.checked !== undefined ? (
          <Context.CheckboxItem
            key={index}
            className="menu-item"
            checked={entry.checked}
            disabled={entry.disabled ?? false}
            onSelect={entry.run}
          >
            <Context.ItemIndicator className="menu-check">
              <Check size={13} />
            </Context.ItemIndicator>
            <span className="menu-label">{entry.label}</span>
            {entry.keys === undefined ? null : <kbd>{entry.keys}</kbd>}
          </Context.CheckboxItem>
        ) : (
          <Context.Item key={index} className="menu-item" disabled={entry.disabled ?? false} onSelect={entry.run}>
            <span className="menu-label">{entry.label}</span>
            {entry.keys === undefined ? null : <kbd>{entry.keys}</kbd>}
          </Context.Item>
        ),
      )}
    </>
  );
}

/** The same entries where the right button, or the menu key, was pressed. */
export function ContextMenu({ entries, children }: { entries: Entries; children: ReactElement }): ReactElement {
  return (
    <Context.Root modal={false}>
      <Context.Trigger asChild>{children}</Context.Trigger>
      <Context.Portal>
        <Context.Content className="menu" collisionPadding={8}>
          <ContextItems entries={entries} />
        </Context.Content>
      </Context.Portal>
    </Context.Root>
  );
}
