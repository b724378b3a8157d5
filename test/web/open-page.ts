import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { fakePeople } from "./fake-people.ts";

/** A fresh page of a level, before sign-in. What the console or the page complains about lands in `complaints`. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // The browser says so of every refusal; refusals are part of the pages' life.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

/** Signs somebody of `fakePeople` in with user name and password. */
export async function signIn(page: Page, userName: string): Promise<void> {
  const password = fakePeople().find((person) => person.userName === userName)?.password ?? "";
  const toPassword = page.getByRole("button", { name: "Use user name and password" });
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  if (await toPassword.isVisible()) await toPassword.click();
  await page.getByLabel("User name").fill(userName);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}
