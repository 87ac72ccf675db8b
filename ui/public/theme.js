/* global document, localStorage, matchMedia */
// Before anything is drawn: the theme of the last time, so that the first picture has its colours already.
(() => {
  let theme = "system";
  try {
    theme = JSON.parse(localStorage.getItem("stepwright-theme")).state.theme;
  } catch {
    // Nothing was kept.
  }
  const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
