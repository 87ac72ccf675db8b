// Notices: what the backend says on its own. One subscription to the host, any number of listeners here.

import { create } from "zustand";

import type { Notice } from "./bindings";
import { type Connection, currentHost } from "./host";

type Listener<T extends Notice["type"]> = (notice: Extract<Notice, { type: T }>) => void;

const listeners = new Map<string, Set<(notice: Notice) => void>>();

export const useConnection = create<{ connection: Connection; reconnects: number }>(() => ({
  connection: "connecting",
  reconnects: 0,
}));

export function onNotice<T extends Notice["type"]>(type: T, listener: Listener<T>): () => void {
  const set = listeners.get(type) ?? new Set();
  listeners.set(type, set);
  const wrapped = listener as (notice: Notice) => void;
  set.add(wrapped);
  return () => set.delete(wrapped);
}

/** Starts listening; called once at start. Notices sent while the connection was down are lost, so whoever shows backend
 * data asks again when `reconnects` grows. */
export function startListening(): () => void {
  return currentHost().listen(
    (notice) => {
      for (const listener of listeners.get(notice.type) ?? []) listener(notice);
    },
    (connection) => {
      useConnection.setState((before) => ({
        connection,
        reconnects: before.reconnects + (connection === "online" && before.connection === "offline" ? 1 : 0),
      }));
    },
  );
}
