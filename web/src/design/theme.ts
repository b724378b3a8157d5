/** `system` follows the machine's setting. */
export const themeChoices = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof themeChoices)[number];

const storageKey = "packtrail-theme";

export function chosenTheme(): ThemeChoice {
  const kept = localStorage.getItem(storageKey);
  return themeChoices.find((choice) => choice === kept) ?? "system";
}

export function applyTheme(choice: ThemeChoice): void {
  if (choice === "system") {
    localStorage.removeItem(storageKey);
    delete document.documentElement.dataset["theme"];
  } else {
    localStorage.setItem(storageKey, choice);
    document.documentElement.dataset["theme"] = choice;
  }
}
