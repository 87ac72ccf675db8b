// What the explorer shows.

import { remembered } from "../ui";

export type Side = "files" | "states" | "add";

export const useSide = remembered<{ side: Side }>("side", { side: "add" });
