import "@fontsource/jetbrains-mono/latin-400.css";
import "@fontsource/jetbrains-mono/latin-700.css";
import "./ui/tokens.css";
import "./starting.css";

/** The first picture is on the screen before the application is read. A window that is not shown draws none. */
let begun = false;
const begin = (): void => {
  if (begun) return;
  begun = true;
  void import("./application");
};
requestAnimationFrame(() => setTimeout(begin));
setTimeout(begin, 100);
