// Pictures on their way to a file: through the system's dialog in the window, as a download in a browser.

import { create } from "zustand";

import { type AppInfo, call, explain, queryClient, type WorkflowGraph } from "../backend";
import { say } from "../document";
import type { Layout } from "./layout";
import { pictureOf, type PictureTheme } from "./picture";

export interface Asked {
  readonly graph: WorkflowGraph;
  readonly layout: Layout;
  readonly name: string;
  readonly format: "svg" | "png";
  /** The states to draw; none for all. */
  readonly only: readonly string[];
  /** What is selected, to be drawn alone if the person likes. */
  readonly selected: readonly string[];
}

export const useAskedPicture = create<{ asked: Asked | null }>(() => ({ asked: null }));

export function askForPicture(asked: Asked): void {
  useAskedPicture.setState({ asked });
}

/** As sharp as screens of twice the density want it, within what a web view can draw. */
const SCALE = 2;
const LARGEST_SIDE = 8_000;

async function rasterised(svg: string, width: number, height: number): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(SCALE, LARGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this window cannot draw pictures");
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => {
    canvas.toBlob((blob) => {
      if (blob) done(blob);
      else failed(new Error("the picture is too large"));
    }, "image/png");
  });
}

async function base64(blob: Blob): Promise<string> {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => {
      done(String(reader.result).replace(/^[^,]*,/, ""));
    };
    reader.onerror = () => {
      failed(reader.error ?? new Error("the picture cannot be read"));
    };
    reader.readAsDataURL(blob);
  });
}

function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, 10_000);
}

/** Draws and saves what was asked for. */
export async function savePicture(asked: Asked, format: "svg" | "png", theme: PictureTheme): Promise<void> {
  const { svg, width, height } = pictureOf(asked.graph, asked.layout, theme, asked.only);
  const name = `${asked.name}.${format}`;
  try {
    const blob = format === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await rasterised(svg, width, height);
    if (queryClient.getQueryData<AppInfo>(["app_info", {}])?.nativeDialogs !== true) {
      download(blob, name);
      return;
    }
    const { path } = await call("pick_save_path", { suggestedName: name });
    if (path === null) return;
    await call("write_picture", { path, base64: await base64(blob) });
    say("info", `Saved ${path}`);
  } catch (error) {
    say("bad", explain(error));
  }
}
