import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { type FakeLevel, startFakeLevel } from "./fake-level.ts";
import { openPage, signIn } from "./open-page.ts";

let browser: Browser;
let enterprise: FakeLevel;
let line: FakeLevel;

beforeAll(async () => {
  browser = await launchBrowser();
  enterprise = await startFakeLevel("enterprise", {
    signIn: { password: true, badge: false, provider: { name: "Aurora ID", path: "/v1/session/provider" } },
  });
  line = await startFakeLevel("line", { environment: "validation" });
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([enterprise?.stop(), line?.stop()]);
});

describe("before sign-in", () => {
  test("the page says which level it is and that it lives", async () => {
    const { page, complaints } = await openPage(browser, enterprise.url);
    await page.getByRole("heading", { name: "Aurora Pharma" }).waitFor();
    await page.getByText("alive and ready").waitFor();
    const here = page.getByRole("list", { name: "The five levels" }).locator("[aria-current=true]");
    expect(await here.innerText()).toContain("Enterprise");
    expect(complaints).toEqual([]);
  });

  test("the identity provider is offered, and comes back to the page that was asked for", async () => {
    const { page } = await openPage(browser, `${enterprise.url}/lots`);
    const link = page.getByRole("link", { name: "Sign in with Aurora ID" });
    expect(await link.getAttribute("href")).toBe("/v1/session/provider?back=%2Flots");
  });

  test("a validation system cannot be mistaken for production", async () => {
    const { page } = await openPage(browser, line.url);
    await page.getByText("VALIDATION", { exact: true }).waitFor();
  });
});

describe("signing in", () => {
  test("a wrong password is refused in words, with what to do", async () => {
    const { page } = await openPage(browser, enterprise.url);
    await page.getByLabel("User name").fill("ada");
    await page.getByLabel("Password").fill("not hers");
    await page.getByRole("button", { name: "Sign in" }).click();
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/user name or the password is wrong[\s\S]*account is locked/);
  });

  test("with the keyboard alone, and out again", async () => {
    const { page } = await openPage(browser, enterprise.url);
    await page.getByLabel("User name").waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("autocomplete"))).toBe("username");
    await page.keyboard.type("ada");
    await page.keyboard.press("Tab");
    await page.keyboard.type("keys for everybody");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Ada Administrator, your account" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  test("a one-time password must be changed before anything else", async () => {
    const { page } = await openPage(browser, enterprise.url);
    await page.getByLabel("User name").fill("nora");
    await page.getByLabel("Password").fill("one-time-7Q2F");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Choose your own password" }).waitFor();
    expect(await page.getByRole("navigation").count()).toBe(0);
    await page.getByLabel("One-time password").fill("one-time-7Q2F");
    await page.getByLabel("New password", { exact: true }).fill("short");
    await page.getByLabel("New password again").fill("other");
    await page.getByText("This differs from the one above.").waitFor();
    await page.getByLabel("New password again").fill("short");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("too short, too common").waitFor();
    await page.getByLabel("New password", { exact: true }).fill("eleven pallets in a row");
    await page.getByLabel("New password again").fill("eleven pallets in a row");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByRole("heading", { name: "The five levels, now" }).waitFor();
  });

  test("at a line by badge and PIN: the badge reader's Enter leads to the PIN", async () => {
    const { page } = await openPage(browser, line.url);
    await page.getByLabel("Badge").waitFor();
    await page.getByLabel("Badge").focus();
    await page.keyboard.type("BADGE-0001");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.type))
      .toBe("password");
    await page.keyboard.type("246813");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Olga Operator, your account" }).waitFor();
  });

  test("the theme that somebody chose stays", async () => {
    const { page } = await openPage(browser, enterprise.url, { colorScheme: "light" });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByRole("radio", { name: "Dark" }).check();
    const dark = await ground();
    await page.reload();
    await page.getByRole("radio", { name: "Dark" }).waitFor();
    expect(await ground()).toBe(dark);
    await page.getByRole("radio", { name: "Light" }).check();
    expect(await ground()).not.toBe(dark);
  });
});

test("a page of the application opened directly asks to sign in and then shows itself", async () => {
  const { page } = await openPage(browser, `${enterprise.url}/lots`);
  await signIn(page, "ada");
  await page.getByRole("heading", { name: "Lots", level: 1 }).waitFor();
  expect(new URL(page.url()).pathname).toBe("/lots");
});
