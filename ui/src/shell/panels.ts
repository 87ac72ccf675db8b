// The arrangement of the window.

import { remembered } from "../ui";

export type BottomPage =
  "problems" | "executions" | "timeline" | "events" | "states" | "search" | "console" | "inbox" | "debug";

interface Panels {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly split: number;
  readonly leftOpen: boolean;
  readonly rightOpen: boolean;
  readonly bottomOpen: boolean;
  readonly page: BottomPage;
}

export const usePanels = remembered<Panels>("panels", {
  left: 232,
  right: 336,
  bottom: 218,
  split: 50,
  leftOpen: true,
  rightOpen: true,
  bottomOpen: false,
  page: "problems",
});

export function showPage(page: BottomPage): void {
  usePanels.setState({ page, bottomOpen: true });
}
