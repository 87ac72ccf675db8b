// What journeys do again and again.

export async function openByPath(page, path) {
  await page.keyboard.press("Control+o");
  await page.getByLabel("Path", { exact: true }).fill(path);
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog", { state: "detached" });
}

/** The text of the editor in front; long documents are drawn in part, so this asks the editor's own state by selection. */
export async function editorText(page) {
  return page.evaluate(() => {
    const host = document.querySelector(".document-editor");
    return (
      host.shadowRoot.querySelector(".cm-content").cmTile?.view?.state.doc.toString() ??
      host.shadowRoot.querySelector(".cm-content").innerText
    );
  });
}

export const editor = (page) => page.locator(".document-editor .cm-content");

/** Names of the states on the canvas. */
export async function statesDrawn(page) {
  return page.locator(".react-flow__node .node-name").allTextContents();
}

export async function waitFor(what, check, timeout = 10_000) {
  const end = performance.now() + timeout;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > end) throw new Error(`${what}: not within ${timeout} ms`);
    await new Promise((done) => setTimeout(done, 40));
  }
}

export function expect(condition, message) {
  if (!condition) throw new Error(message);
}
