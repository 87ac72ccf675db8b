import { remembered } from "../ui";

export type Theme = "system" | "dark" | "light";

export const useTheme = remembered<{ theme: Theme }>("theme", { theme: "system" });

function apply(): void {
  const { theme } = useTheme.getState();
  const dark = theme === "dark" || (theme === "system" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset["theme"] = dark ? "dark" : "light";
}

/** Follows the choice, and the system where that is the choice. */
export function followTheme(): void {
  apply();
  useTheme.subscribe(apply);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
}
