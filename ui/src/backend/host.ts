// The border between the window and the backend. Everything above this folder speaks `call` and `onNotice`; which of the
// two transports carries them is decided here and nowhere else.

import type { Notice } from "./bindings";
import { httpHost } from "./http";
import { tauriHost } from "./tauri";

export type Connection = "connecting" | "online" | "offline";

export interface Host {
  /** Resolves to `{ ok }` or `{ failure }`; rejects only when the backend cannot be reached. */
  invoke(command: string, request: unknown): Promise<unknown>;
  listen(onNotice: (notice: Notice) => void, onConnection: (connection: Connection) => void): () => void;
}

let host: Host | undefined;

export function currentHost(): Host {
  host ??= "__TAURI_INTERNALS__" in window ? tauriHost() : httpHost();
  return host;
}

/** For tests, which bring their own backend. */
export function replaceHost(replacement: Host): void {
  host = replacement;
}
