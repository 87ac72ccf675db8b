// The browser: commands over HTTP, notices over a WebSocket that comes back by itself. The server knows this page by the
// cookie it set when the address it printed was opened.

import type { Notice } from "./bindings";
import type { Host } from "./host";

const FIRST_RETRY_MS = 300;
const LAST_RETRY_MS = 5_000;

export function httpHost(): Host {
  return {
    async invoke(command, request) {
      const response = await fetch(`/call/${command}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
      });
      const text = await response.text();
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw new Error(response.ok ? `the server's answer to ${command} is not JSON` : text);
      }
    },
    listen(onNotice, onConnection) {
      let socket: WebSocket | undefined;
      let timer: number | undefined;
      let wait = FIRST_RETRY_MS;
      let stopped = false;
      const connect = () => {
        const url = new URL("/notices", window.location.href);
        url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
        socket = new WebSocket(url);
        socket.onopen = () => {
          wait = FIRST_RETRY_MS;
          onConnection("online");
        };
        socket.onmessage = (message) => {
          if (typeof message.data === "string") onNotice(JSON.parse(message.data) as Notice);
        };
        socket.onclose = () => {
          if (stopped) return;
          onConnection("offline");
          timer = window.setTimeout(connect, wait);
          wait = Math.min(wait * 2, LAST_RETRY_MS);
        };
      };
      onConnection("connecting");
      connect();
      return () => {
        stopped = true;
        window.clearTimeout(timer);
        socket?.close();
      };
    },
  };
}
