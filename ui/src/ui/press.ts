// Leaving a field with a press of the pointer: what the field then does must not move what is being pressed.

let pressed = false;
const waiting: (() => void)[] = [];

function released(): void {
  pressed = false;
  // The click belongs to the press.
  window.setTimeout(() => {
    for (const work of waiting.splice(0)) work();
  }, 0);
}

if (typeof window !== "undefined") {
  window.addEventListener("pointerdown", () => (pressed = true), { capture: true });
  window.addEventListener("pointerup", released, { capture: true });
  window.addEventListener("pointercancel", released, { capture: true });
}

/** Does it now, or once the pointer that is down has been let go. */
export function afterPress(work: () => void): void {
  if (pressed) waiting.push(work);
  else work();
}
