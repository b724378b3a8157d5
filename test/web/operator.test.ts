import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { changesPath } from "../../src/contract/common-api.ts";
import { launchBrowser } from "../support/browser.ts";
import { type FakeLevel, startFakeLevel } from "./fake-level.ts";
import { openPage, signIn } from "./open-page.ts";

let browser: Browser;
let level: FakeLevel;

beforeAll(async () => {
  browser = await launchBrowser();
});

beforeEach(async () => {
  await level?.stop();
  level = await startFakeLevel("line");
});

afterAll(async () => {
  await browser?.close();
  await level?.stop();
});

const panel = { viewport: { width: 1024, height: 768 }, hasTouch: true };

async function runPage(who: string): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openPage(browser, `${level.url}/run`, panel);
  await signIn(opened.page, who);
  await opened.page.getByRole("heading", { name: "Auroxin 20 mg, 30 tablets" }).waitFor();
  return opened;
}

describe("the operator's screen", () => {
  test("shows state, counts, progress and alarms without scrolling on a touch panel", async () => {
    const { page, complaints } = await runPage("sven");
    expect(await page.getByRole("status", { name: "Run state" }).innerText()).toMatch(/Execute\s+running/);
    const counts = await page.getByLabel("Counts").innerText();
    expect(counts.replace(/\s+/g, " ")).toMatch(/Good packs 1,284 Rejected 17 .*Cases 53 Pallets 5 To go 728/);
    expect(await page.getByRole("progressbar", { name: "Packs in closed cases" }).getAttribute("aria-valuenow")).toBe(
      "1272",
    );
    expect(await page.getByRole("region", { name: "Alarms" }).innerText()).toMatch(/case camera away/i);
    const overflow = await page.evaluate(() => [
      document.documentElement.scrollWidth - innerWidth,
      document.documentElement.scrollHeight - innerHeight,
    ]);
    expect(overflow).toEqual([0, 0]);
    expect(complaints).toEqual([]);
  });

  test("says each verdict in words beside its picture", async () => {
    const { page } = await runPage("sven");
    await page.getByAltText("Pack 1301, rejected: no read").waitFor();
    await page.getByAltText("Pack A7K2M9001QX, accepted").waitFor();
    await page.getByText("no picture").waitFor();
    expect(await page.locator("figure").filter({ hasText: "rejected" }).count()).toBe(3);
  });

  test("a dead button says why, is reached by keyboard and does nothing", async () => {
    const { page } = await runPage("sven");
    const start = page.getByRole("button", { name: "Start", exact: false });
    expect(await start.getAttribute("aria-disabled")).toBe("true");
    const reason = await start.getAttribute("aria-describedby");
    expect(await page.locator(`[id="${reason}"]`).textContent()).toBe("The run is not in a state that allows this.");
    expect(await start.innerText()).toContain("The run is not in a state that allows this.");
    await start.focus();
    await page.keyboard.press("Enter");
    expect(level.line?.run.state).toBe("Execute");
  });

  test("tells a person without the role so", async () => {
    const { page } = await runPage("quinn");
    expect(await page.getByRole("button", { name: "Hold" }).innerText()).toContain("None of your roles may do this.");
  });

  test("holds with a reason and goes on, live", async () => {
    const { page } = await runPage("sven");
    await page.getByRole("button", { name: "Hold" }).click();
    const dialog = page.getByRole("dialog", { name: "Hold the run" });
    await dialog.getByLabel("Reason").fill("carton jam");
    await dialog.getByRole("button", { name: "Hold" }).click();
    await page.getByRole("status", { name: "Run state" }).getByText("Held", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Go on" }).click();
    const goOn = page.getByRole("dialog", { name: "Go on with the run" });
    await goOn.getByText("Look at the line first, and tick each point.").waitFor({ state: "attached" });
    for (const point of await goOn.getByRole("checkbox").all()) await point.check();
    await goOn.getByLabel("Cause, and what was done").fill("carton jam cleared");
    await goOn.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("status", { name: "Run state" }).getByText("Execute").waitFor();
  });

  test.each([true, false])("shows what another did: the line tells it (%s), or the page asks", async (tells) => {
    const { page } = await openPage(browser, `${level.url}/run`, panel);
    // Without the stream the page asks each second; with it seldom, so that what it shows in time was told.
    if (!tells) await page.route(`**${changesPath}`, (route) => route.abort());
    const stream = tells ? page.waitForResponse(`**${changesPath}`) : undefined;
    await signIn(page, "sven");
    expect((await stream)?.headers()["content-type"]).toBe(tells ? "text/event-stream" : undefined);
    const state = page.getByRole("status", { name: "Run state" });
    await state.getByText("Execute").waitFor();
    const { page: other } = await runPage("sven");
    await other.getByRole("button", { name: "Hold" }).click();
    const dialog = other.getByRole("dialog", { name: "Hold the run" });
    await dialog.getByLabel("Reason").fill("carton jam");
    await dialog.getByRole("button", { name: "Hold" }).click();
    await state.getByText("Held", { exact: true }).waitFor();
    await page.close();
    await other.close();
  });

  test("clears the line with two signatures, and starts", async () => {
    level.line?.idle();
    const { page } = await runPage("sven");
    await page.getByRole("button", { name: "Line clearance" }).click();
    const dialog = page.getByRole("dialog", { name: "Line clearance for lot L2611A" });
    const sign = dialog.getByRole("button", { name: "Sign the clearance" });
    expect(await sign.getAttribute("aria-disabled")).toBe("true");
    for (const point of await dialog.getByRole("checkbox").all()) await point.check();
    await dialog.getByText("line clearance verified").waitFor();
    await dialog.getByLabel("Password", { exact: true }).fill("seven green cartons");
    await dialog.getByLabel("Second signer’s user name").fill("sven");
    await dialog.getByLabel("Second signer’s password").fill("seven green cartons");
    await sign.click();
    await dialog.getByText("The second signature must be another person's.").waitFor();
    await dialog.getByLabel("Password", { exact: true }).fill("seven green cartons");
    await dialog.getByLabel("Second signer’s user name").fill("quinn");
    await dialog.getByLabel("Second signer’s password").fill("nothing unaccounted");
    await sign.click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("status", { name: "Run state" }).getByText("Execute").waitFor();
  });

  test("counts the bin without saying what to find, and wants the count before the disposition", async () => {
    const { page } = await runPage("sven");
    await page.getByRole("button", { name: "Hold" }).click();
    await page.getByLabel("Reason").fill("end of shift");
    await page.keyboard.press("Enter");
    await page.getByRole("status", { name: "Run state" }).getByText("Held", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Dispose of the bin" }).innerText()).toContain(
      "has not been counted",
    );
    await page.getByRole("button", { name: "Count the bin" }).click();
    const dialog = page.getByRole("dialog", { name: "Count the reject bin" });
    expect(await dialog.innerText()).not.toContain("17");
    await dialog.getByLabel("Packs in the bin").fill("17");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await expect
      .poll(() => page.getByRole("button", { name: "Dispose of the bin" }).getAttribute("aria-disabled"))
      .toBe("false");
  });

  test("a bin that holds too few packs leads to the write-off, which two people sign", async () => {
    const { page } = await runPage("sven");
    await page.getByRole("button", { name: "Complete" }).click();
    await page.getByLabel("Reason").fill("no more cartons");
    await page.keyboard.press("Enter");
    await page.getByRole("status", { name: "Run state" }).getByText("Complete", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Count the bin" }).click();
    await page.getByLabel("Packs in the bin").fill("3");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Write off missing packs" }).click();
    const dialog = page.getByRole("dialog", { name: "Write off missing packs" });
    expect((await dialog.innerText()).replace(/\s+/g, " ")).toMatch(/Should be in the bin 17 Counted 3 Missing 14/);
    await dialog.getByText("searched for and not found, written off").waitFor();
    const sign = dialog.getByRole("button", { name: "Sign the write-off" });
    await dialog.getByLabel("Pack in the bin").fill("A7K2M9001QX");
    await page.keyboard.press("Enter");
    await dialog.getByLabel("Pack in the bin").fill("(01)09521234543213(21)A7K2M9002QX(17)281100(10)L2611A");
    await page.keyboard.press("Enter");
    expect(await dialog.getByRole("list", { name: "Scanned" }).innerText()).toMatch(/9001QX[^]*9002QX/);
    await dialog.getByLabel("Packs without a readable code").fill("0");
    await dialog.getByText("2 packs scanned and 0 unreadable are not the 3 counted.").waitFor({ state: "attached" });
    await dialog.getByLabel("Packs without a readable code").fill("1");
    await dialog.getByLabel("Reason").fill("searched for, not found");
    await dialog.getByLabel("Password", { exact: true }).fill("seven green cartons");
    await dialog.getByLabel("Second signer’s user name").fill("quinn");
    await dialog.getByLabel("Second signer’s password").fill("nothing unaccounted");
    await sign.click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Dispose of the bin" }).click();
    await page.getByText("14 packs were written off.").waitFor();
  });

  test("Escape leaves a dialog and nothing has happened", async () => {
    const { page } = await runPage("sven");
    await page.getByRole("button", { name: "Abort" }).click();
    await page.getByRole("dialog", { name: "Abort the run" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(level.line?.run.state).toBe("Execute");
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Abort");
  });
});
