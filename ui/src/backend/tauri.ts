// The desktop: one command and one event channel.

import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type { Notice } from "./bindings";
import type { Host } from "./host";

export function tauriHost(): Host {
  return {
    invoke: (command, request) => invoke("call", { command, request }),
    listen: (onNotice, onConnection) => {
      const unlisten = listen<Notice>("notice", (event) => {
        onNotice(event.payload);
      });
      void unlisten.then(() => {
        onConnection("online");
      });
      return () => {
        void unlisten.then((stop) => {
          stop();
        });
      };
    },
  };
}
