// Light or dark: as the machine is set, unless somebody chose.
export type Theme = "system" | "light" | "dark";

const dark = matchMedia("(prefers-color-scheme: dark)");

/** What was chosen on this machine. */
export function chosenTheme(): Theme {
  const kept = localStorage.getItem("theme");
  return kept === "light" || kept === "dark" ? kept : "system";
}

/** Draw the page in the theme that holds now. */
export function applyTheme(): void {
  const chosen = chosenTheme();
  document.documentElement.dataset.theme = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
}

/** Choose a theme, here and for the next visit. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem("theme", theme);
  applyTheme();
}

/** Draw the page, and draw it anew when the machine's setting changes. */
export function followTheme(): void {
  applyTheme();
  dark.addEventListener("change", applyTheme);
}
