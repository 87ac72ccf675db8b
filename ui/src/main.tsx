import "@fontsource/jetbrains-mono/latin-400.css";
import "@fontsource/jetbrains-mono/latin-700.css";
import "./ui/tokens.css";

import { createRoot } from "react-dom/client";

import { App, followTheme } from "./shell";

followTheme();
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no root");
createRoot(root).render(<App />);
