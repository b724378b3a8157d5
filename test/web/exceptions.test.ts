import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { fakePeople } from "./fake-people.ts";
import { type FakeLevel, startFakeLevel } from "./fake-level.ts";
import { openPage, signIn } from "./open-page.ts";

let browser: Browser;
let level: FakeLevel;

beforeAll(async () => {
  browser = await launchBrowser();
  level = await startFakeLevel("enterprise");
});
afterAll(async () => {
  await browser?.close();
  await level?.stop();
});

async function exceptionsPage(search = ""): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openPage(browser, `${level.url}/exceptions${search}`);
  await signIn(opened.page, "quinn");
  await opened.page.getByRole("heading", { name: "Exceptions", level: 1 }).waitFor();
  return opened;
}

const rows = (page: Page) => page.getByRole("region", { name: "Exceptions" }).last().locator("tbody tr");

describe("exceptions are worked off on their page [REQ-EXC-01]", () => {
  test("filters stand in the address", async () => {
    const { page, complaints } = await exceptionsPage("?severity=warning");
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByLabel("Severity").selectOption("");
    await expect.poll(() => rows(page).count()).toBe(2);
    await page.getByRole("checkbox", { name: "Resolved ones" }).check();
    await expect.poll(() => new URL(page.url()).searchParams.get("state")).toBe("resolved");
    await expect.poll(() => rows(page).innerText()).toContain("Commissioned twice.");
    expect(complaints).toEqual([]);
  });

  test("one is given to somebody and commented; a warning is closed with a reason, an error with a signature", async () => {
    const { page, complaints } = await exceptionsPage();
    await page.getByRole("button", { name: /^Given to nobody: Shipped/ }).click();
    await page.getByLabel("Who works on it").selectOption("Quinn Quality");
    await page.getByRole("button", { name: "Give", exact: true }).click();
    await page.getByRole("button", { name: /^Given to Quinn Quality: Shipped/ }).waitFor();

    await page.getByRole("button", { name: /^Comment: Shipped/ }).click();
    await page.getByLabel("Comment", { exact: true }).fill("Asked the site.");
    await page.getByRole("button", { name: "Put it down" }).click();
    await page.getByRole("button", { name: /^Notes of: Shipped/ }).click();
    await page.getByRole("list", { name: "Notes" }).getByText("Asked the site.").waitFor();
    await page.getByRole("button", { name: "Close" }).click();

    await page.getByRole("button", { name: /^Resolve: Packed/ }).click();
    await page.getByLabel("Reason").fill("The supplier’s case.");
    await page.getByRole("button", { name: "Resolve", exact: true }).click();
    await expect.poll(() => rows(page).count()).toBe(1);

    await page.getByRole("button", { name: /^Resolve: Shipped/ }).click();
    const dialog = page.getByRole("dialog", { name: "Resolve the exception" });
    expect(await dialog.innerText()).toContain("exception investigated and resolved");
    await dialog.getByLabel("Reason").fill("Commissioned late.");
    await dialog.getByLabel("Password").fill(fakePeople().find(({ userName }) => userName === "quinn")?.password ?? "");
    await dialog.getByRole("button", { name: "Sign and resolve" }).click();
    await page.getByText("None of this kind: the events agree.").waitFor();
    expect(complaints).toEqual([]);
  });
});
