import type { Browser } from "playwright-core";
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

describe("a signature", () => {
  test("shows its meaning, asks again, is refused with a wrong password and then stands beside the record", async () => {
    const { page } = await openPage(browser, `${enterprise.url}/lots/09521234543213/L2611A`);
    await signIn(page, "rita");
    await page.getByRole("button", { name: "Release", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Release lot L2611A" });
    await dialog.getByText("certified and released for sale").waitFor();
    expect(await dialog.getByLabel("User name").inputValue()).toBe("rita");
    // What is asked for has the focus, so that the password can simply be typed.
    await page.keyboard.type("not her password");
    await page.keyboard.press("Enter");
    await dialog.getByText("The signature was refused").waitFor();
    expect(await dialog.getByLabel("Password").inputValue()).toBe("");
    await dialog.getByLabel("Password").fill("certified by rita");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await page
      .getByRole("region", { name: "Signatures" })
      .first()
      .getByText("certified and released for sale")
      .waitFor();
    await expect
      .poll(() => page.getByRole("button", { name: "Release", exact: true }).getAttribute("aria-disabled"))
      .toBe("true");
  });

  test("with a reason holds a lot and lifts the hold; a decision that the status does not allow says so", async () => {
    const { page } = await openPage(browser, `${enterprise.url}/lots/09521234543213/L2610C`);
    await signIn(page, "rita");
    const decide = async (button: string, dialogName: string) => {
      await page.getByRole("button", { name: button, exact: true }).click();
      const dialog = page.getByRole("dialog", { name: dialogName });
      await dialog.getByLabel("Reason").fill("investigation 17");
      await dialog.getByLabel("Password").fill("certified by rita");
      await dialog.getByRole("button", { name: "Sign", exact: true }).click();
      await dialog.waitFor({ state: "detached" });
    };
    await decide("Hold", "Hold lot L2610C");
    await page.getByText("held", { exact: true }).waitFor();
    await decide("Lift the hold", "Lift the hold of lot L2610C");
    await page.getByText("released", { exact: true }).waitFor();
    await expect
      .poll(() => page.getByRole("button", { name: "Lift the hold" }).getAttribute("aria-disabled"))
      .toBe("true");
  });

  test("settles an order at the site and leads on to its closing", async () => {
    const { page } = await openPage(browser, `${site.url}/work-orders`);
    await signIn(page, "quinn");
    await page.getByRole("link", { name: "L2611A" }).click();
    await page.getByRole("heading", { name: "Lot L2611A" }).waitFor();
    expect(await page.getByRole("region", { name: "Cross-checks" }).first().innerText()).toMatch(
      /bin[\s\S]*17[\s\S]*16[\s\S]*differs/,
    );
    const close = page.getByRole("button", { name: "Close the order" });
    expect(await close.getAttribute("aria-disabled")).toBe("true");
    await page.getByRole("button", { name: "Reconcile" }).click();
    await page.getByRole("dialog").getByLabel("Password").fill("nothing unaccounted");
    await page.getByRole("button", { name: "Sign the reconciliation" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(() => page.locator("[aria-current=step]").innerText()).toBe("reconciled");
    await expect.poll(() => close.getAttribute("aria-disabled")).toBe("false");
    await close.click();
    const closing = page.getByRole("dialog", { name: "Close the order of lot L2611A" });
    await closing.getByText("The last case is partial: 8 of 24.").waitFor();
    await closing.getByLabel("Password").fill("nothing unaccounted");
    const sign = closing.getByRole("button", { name: "Sign the closing" });
    expect(await sign.getAttribute("aria-disabled")).toBe("true");
    await closing.getByLabel(/^Reason why the order may be closed with/).fill("the batch ends with it");
    await closing.getByLabel("Password").fill("nothing unaccounted");
    await sign.click();
    await closing.waitFor({ state: "detached" });
    await expect.poll(() => page.locator("[aria-current=step]").innerText()).toBe("closed");
  });

  test("an order without numbers says so, is asked for again, and can be cancelled", async () => {
    const { page } = await openPage(browser, `${site.url}/work-orders`);
    await signIn(page, "sven");
    await page.getByRole("link", { name: "L2611D" }).click();
    await page.getByText("42 numbers where 44 were asked for").waitFor();
    await page.getByRole("button", { name: "Ask for the numbers again" }).click();
    await page.getByLabel("Reason").fill("the pool was looked at");
    await page.getByRole("button", { name: "Ask again" }).click();
    await expect.poll(() => page.locator("[aria-current=step]").innerText()).toBe("numbered");
    await page.getByRole("button", { name: "Cancel the order" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").fill("the customer is gone");
    await dialog.getByRole("button", { name: "Cancel the order" }).click();
    await page.getByText("The order is cancelled.").waitFor();
  });
});

describe("a scan", () => {
  test("lands in the scan field whatever was clicked before, and is taken once", async () => {
    const { page } = await openPage(browser, `${site.url}/deliveries`);
    await signIn(page, "walt");
    await page.getByRole("link", { name: "PO-4471" }).click();
    await page.getByRole("heading", { name: "Load PO-4471" }).waitFor();
    await page.getByRole("heading", { name: "Wanted" }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
    for (let times = 0; times < 2; times++) {
      await page.keyboard.type("00095212340000020011");
      await page.keyboard.press("Enter");
    }
    await page.getByText("095212340000020011 was scanned before.").waitFor();
    await page.getByRole("button", { name: "Report 1 as loaded" }).click();
    await page.getByRole("heading", { name: "Loaded", exact: true }).waitFor();
  });
});

describe("a refusal", () => {
  test("is shown in the words of the registry, with the place, and the form keeps what was typed", async () => {
    const { page } = await openPage(browser, `${enterprise.url}/work-orders`);
    await signIn(page, "ada");
    await page.getByRole("button", { name: "Create work order" }).click();
    const dialog = page.getByRole("dialog", { name: "Create work order" });
    await dialog.getByLabel("Lot").fill("L2611A");
    await dialog.getByLabel("Expiry, YYMMDD").fill("281100");
    await dialog.getByText("Printed as 281100: 2028-11").waitFor();
    await dialog.getByLabel("Packs").fill("2000");
    await dialog.getByRole("button", { name: "Create and send to the site" }).click();
    const alert = dialog.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(
      /This lot exists with another expiry[\s\S]*work-order\.lot-taken · at \/lot/,
    );
    expect(await dialog.getByLabel("Packs").inputValue()).toBe("2000");
  });

  test("a stopped lane waits for a person, who says why", async () => {
    const { page } = await openPage(browser, `${enterprise.url}/messages`);
    await signIn(page, "ada");
    await page.getByRole("button", { name: "Resend the message at the head of network/documents" }).click();
    await page.getByRole("dialog").getByLabel("Reason").fill("the product was sent to them");
    await page.getByRole("dialog").getByRole("button", { name: "Resend" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(() => page.getByText("stopped", { exact: true }).count()).toBe(0);
  });
});
