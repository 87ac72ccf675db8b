// What somebody is in the middle of typing in a form: taken in before the text is saved or run.

const running = new Set<Promise<unknown>>();

/** An edit that is on its way. */
export function underWay<T>(work: Promise<T>): Promise<T> {
  running.add(work);
  const done = (): void => {
    running.delete(work);
  };
  work.then(done, done);
  return work;
}

function focused(): HTMLElement | null {
  let element = document.activeElement;
  if (!(element instanceof HTMLElement) || element.closest(".inspector") === null) return null;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element instanceof HTMLElement ? element : null;
}

/** Leaves the field that has the focus, which commits it, and waits until the text has what was typed. */
export async function settleDrafts(): Promise<void> {
  const field = focused();
  if (field?.matches("input, textarea, [contenteditable]")) {
    field.blur();
    // Fields commit after the focus has gone elsewhere.
    await new Promise((done) => window.setTimeout(done, 20));
    if (field.isConnected && field.matches("input, textarea")) field.focus();
  }
  await Promise.allSettled([...running]);
}
