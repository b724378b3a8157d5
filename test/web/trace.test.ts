import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchBrowser } from "../support/browser.ts";
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

const scan = "(01)09521234543213(21)A7K2M9013QX";

async function tracePage(search = ""): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openPage(browser, `${level.url}/trace${search}`);
  await signIn(opened.page, "ada");
  await opened.page.getByRole("heading", { name: "Trace a pack or container" }).waitFor();
  return opened;
}

describe("the trace of a pack", () => {
  test("what was scanned goes into the address, and the address brings it back", async () => {
    const { page, complaints } = await tracePage();
    await page.getByLabel("Pack or container").fill(scan);
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: "Hops" }).waitFor();
    expect(new URL(page.url()).searchParams.get("id")).toBe(scan);
    await page.reload();
    await page.getByRole("list", { name: "Hops" }).waitFor();
    expect(await page.getByLabel("Pack or container").inputValue()).toBe(scan);
    expect(complaints).toEqual([]);
  });

  test("a number of digits alone stays as it was typed", async () => {
    const { page } = await tracePage("?id=00095212340000020011");
    await page.getByRole("list", { name: "Hops" }).waitFor();
    expect(await page.getByLabel("Pack or container").inputValue()).toBe("00095212340000020011");
  });

  test("each stretch names its company and where its record is from", async () => {
    const { page } = await tracePage(`?id=${encodeURIComponent(scan)}`);
    const hops = page.getByRole("list", { name: "Hops" });
    const words = await hops.innerText();
    expect(words).toMatch(/Aurora Pharma\s+9521234000006\s+our own record/);
    expect(words).toMatch(/Medica Wholesale\s+9521235000005\s+sent to us/);
    expect(words).not.toContain("asked for now");
    expect(words).toMatch(/recorded of its container\s+\(00\) 095212340000020011/);
  });

  test("others are asked only when wanted, and their answers are shown", async () => {
    const { page } = await tracePage(`?id=${encodeURIComponent(scan)}`);
    await page.getByRole("checkbox", { name: "Ask the other companies now" }).check();
    await page.getByRole("button", { name: "Trace" }).click();
    const asked = page.getByRole("region", { name: "Companies asked" });
    await asked.getByText("shared its hops").waitFor();
    expect(await asked.innerText()).toMatch(/Rosen Pharmacy[\s\S]*could not be reached/);
    await page.getByText("asked for now").waitFor();
  });

  test("a network that does not answer takes nothing of what stands here", async () => {
    const { page } = await tracePage("?id=ALONE&ask=yes");
    await page.getByRole("list", { name: "Hops" }).waitFor();
    const asked = page.getByRole("region", { name: "Companies asked" });
    expect(await asked.getByRole("status").innerText()).toMatch(/Network not reachable[\s\S]*Ask again later/);
  });

  test("the hierarchy says how each link is known, and leads on", async () => {
    const { page } = await tracePage(`?id=${encodeURIComponent(scan)}`);
    const picture = page.getByRole("region", { name: "What stands in what, now" });
    expect((await picture.innerText()).replace(/\s+/g, " ")).toMatch(
      /pallet 10 inside .* implied .* case 24 inside .* verified .* pack/i,
    );
    await picture.getByRole("link", { name: "(00) 095212340000010845" }).click();
    await expect
      .poll(() => new URL(page.url()).searchParams.get("id"))
      .toBe("https://id.gs1.org/00/095212340000010845");
  });

  test("what nobody knows is said with what to do", async () => {
    const { page } = await tracePage("?id=UNKNOWN");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/Nothing is known of this pack here\.[\s\S]*Check the scan/);
  });
});
