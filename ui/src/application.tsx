import { createRoot } from "react-dom/client";

import { App, followTheme } from "./shell";

followTheme();
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no root");
createRoot(root).render(<App />);
