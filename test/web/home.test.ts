import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
import { type FakeLevel, startFakeLevel } from "./fake-level.ts";
import { openPage, signIn } from "./open-page.ts";

let browser: Browser;
let enterprise: FakeLevel;
let site: FakeLevel;

beforeAll(async () => {
  browser = await launchBrowser();
  [enterprise, site] = await Promise.all([startFakeLevel("enterprise"), startFakeLevel("site")]);
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([enterprise?.stop(), site?.stop()]);
});

async function homeOf(level: FakeLevel, who: string): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openPage(browser, level.url);
  await signIn(opened.page, who);
  await opened.page.getByRole("region", { name: "Level 5, Network" }).waitFor();
  return opened;
}

describe("the picture of the five levels", () => {
  test("shows every level with its instances, who lives, and what is simulated", async () => {
    const { page, complaints } = await homeOf(enterprise, "ada");
    const bands = ["Level 5, Network", "Level 4, Enterprise", "Level 3, Site", "Level 2, Line", "Level 1, Device"];
    for (const name of bands) expect(await page.getByRole("region", { name }).count(), name).toBe(1);
    const enterprises = page.getByRole("region", { name: "Level 4, Enterprise" });
    expect(await enterprises.getByRole("listitem").filter({ hasText: "Rosen Pharmacy" }).innerText()).toMatch(
      /no answer[\s\S]*connection refused/,
    );
    expect(await page.getByRole("region", { name: "Level 1, Device" }).getByText("SIMULATED").count()).toBe(5);
    expect(await page.getByRole("link", { name: "Open Site Basel" }).getAttribute("href")).toBe(
      "http://127.0.0.1:4003",
    );
    expect(complaints).toEqual([]);
  });

  test("shows what flows between two levels and what waits", async () => {
    const { page } = await homeOf(enterprise, "ada");
    const seam = await page.getByRole("list", { name: "Between site and line" }).innerText();
    expect(seam).toMatch(/runs with their numbers/);
    expect(seam).toMatch(/journal[\s\S]*14 waiting/);
  });

  test("is live", async () => {
    const { page } = await homeOf(enterprise, "ada");
    const events = page
      .getByRole("region", { name: "Level 4, Enterprise" })
      .getByRole("listitem")
      .filter({ hasText: "this level" })
      .locator("dd")
      .nth(1);
    const before = await events.innerText();
    await expect.poll(() => events.innerText(), { timeout: 20_000 }).not.toBe(before);
  });

  test("a level without a landscape shows itself and its neighbours", async () => {
    const { page, complaints } = await homeOf(site, "quinn");
    await page.getByRole("region", { name: "Level 3, Site" }).getByText("this level").waitFor();
    expect(await page.getByRole("region", { name: "Level 4, Enterprise" }).innerText()).toContain("Aurora Pharma");
    expect(await page.getByRole("region", { name: "Level 1, Device" }).innerText()).toContain("Not seen from here.");
    expect(complaints).toEqual([]);
  });

  test("stands still where motion is not wanted", async () => {
    const { page } = await homeOf(enterprise, "ada");
    const moving = await page.evaluate(
      () => document.getAnimations().filter((each) => each.playState === "running").length,
    );
    expect(moving).toBe(0);
  });
});
