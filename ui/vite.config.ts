import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the backend: `stepwright serve --ui` prints the address. */
const backend = process.env["STEPWRIGHT_BACKEND"] ?? "http://127.0.0.1:4848";

export default defineConfig({
  // The compiler keeps what a component drew when nothing it read has changed.
  plugins: [react({ compiler: true })],
  clearScreen: false,
  build: {
    target: "es2023",
    // The content security policy allows neither inline styles nor inline scripts, and no data: fonts.
    assetsInlineLimit: 0,
    // The layout engine is one file of 1.6 MB in its own worker, off the start path.
    chunkSizeWarningLimit: 2_000,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { "/call": backend, "/notices": { target: backend, ws: true } },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
  },
});
