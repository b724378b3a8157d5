import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { shipment } from "../../src/kernel/epcis/fixtures/shipment.ts";
import { parseEpcisXml, printEpcisXml12 } from "../../src/kernel/epcis/xml.ts";
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

async function checkPage(who = "ada"): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openPage(browser, `${level.url}/check`);
  await signIn(opened.page, who);
  await opened.page.getByRole("heading", { name: "Check a file" }).waitFor();
  return opened;
}

const sound = printEpcisXml12(shipment).xml;
/** An action that is none, and an identifier that stands twice. */
const broken = sound.replace("<action>OBSERVE", "<action>SHIP").replace(/(<epc>[^<]*<\/epc>)/, "$1$1");

const choose = (page: Page, name: string, text: string) =>
  page.getByLabel("Choose a file").setInputFiles({ name, mimeType: "application/xml", buffer: Buffer.from(text) });

describe("check a file", () => {
  test("a sound file is said to be valid, and nothing of it leaves the browser", async () => {
    const { page, complaints } = await checkPage();
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.method() !== "GET") sent.push(request.url());
    });
    await choose(page, "shipment.xml", sound);
    const verdict = page.getByRole("region", { name: "Verdict" });
    await verdict.getByRole("status").waitFor();
    expect(await verdict.innerText()).toMatch(
      /The file is valid\.[\s\S]*shipment\.xml[\s\S]*EPCIS 1\.2, XML[\s\S]*Events\s+4[\s\S]*ObjectEvent\s+3[\s\S]*0614141\.00777/,
    );
    expect([complaints, sent]).toEqual([[], []]);
  });

  test("what is wrong is told by tier with its place, its source and what to do", async () => {
    const { page } = await checkPage();
    await page.getByLabel("Profile").selectOption("dscsa");
    await choose(page, "broken.xml", broken);
    const alert = page.getByRole("region", { name: "Verdict" }).getByRole("alert");
    expect(await alert.innerText()).toMatch(/The file is not valid\.\s+\d+ errors/);
    const findings = page.getByRole("region", { name: "Findings" });
    const structure = findings.getByRole("region", { name: "Structure" });
    expect(await structure.innerText()).toMatch(/SHIP[\s\S]*line \d+, column \d+[\s\S]*<action>SHIP/);
    expect(await structure.innerText()).toContain("What to do:");
    expect(await structure.locator("mark").first().innerText()).toBe("<action>SHIP");
    expect(await findings.getByRole("region", { name: "Profile" }).innerText()).toContain("is commissioned twice");
  });

  test("the arrow keys go from finding to finding", async () => {
    const { page } = await checkPage();
    await page.getByLabel("Profile").selectOption("dscsa");
    await choose(page, "broken.xml", broken);
    const items = page.getByRole("region", { name: "Findings" }).getByRole("listitem");
    await items.first().focus();
    await page.keyboard.press("End");
    await expect.poll(() => items.last().evaluate((one) => one === document.activeElement)).toBe(true);
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => items.nth(1).evaluate((one) => one === document.activeElement)).toBe(true);
  });

  test("findings are downloaded as the command line prints them", async () => {
    const { page } = await checkPage();
    await choose(page, "broken.xml", broken);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download findings" }).click(),
    ]);
    const line = JSON.parse(await textOf(await download.createReadStream())) as Record<string, unknown>;
    expect(Object.keys(line)).toEqual(["file", "valid", "events", "errors", "warnings"]);
    expect(line).toMatchObject({ file: "broken.xml", valid: false, events: 4 });
  });

  test("a pasted text is converted and downloaded", async () => {
    const { page } = await checkPage();
    await page.getByText("Paste the text instead").click();
    await page.getByLabel("Text of the document").fill(sound);
    await page.getByRole("button", { name: "Check the text" }).click();
    const panel = page.getByRole("region", { name: "Convert" });
    await panel.getByLabel("Form").selectOption("xml");
    await panel.getByLabel("Identifiers").selectOption("digital-link");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      panel.getByRole("button", { name: "Convert and download" }).click(),
    ]);
    const back = parseEpcisXml(await textOf(await download.createReadStream()));
    expect(back.ok && back.value.events).toHaveLength(4);
    expect(await panel.getByRole("status").innerText()).toContain("nothing was lost");
  });

  test("a code is read, or its bad character is marked", async () => {
    const { page } = await checkPage();
    const reader = page.getByRole("region", { name: "Read a code" });
    await reader.getByLabel("Code").fill("]d20109506000134352211A<GS>17261231");
    await page.keyboard.press("Enter");
    expect(await reader.getByRole("status").innerText()).toMatch(
      /SERIAL\s+1A[\s\S]*\(17\) 261231[\s\S]*https:\/\/id\.gs1\.org\/01\/09506000134352\/21\/1A[\s\S]*urn:epc:id:sgtin:9506000\.013435\.1A/,
    );
    await reader.getByLabel("Code").fill("(01)09506000134353");
    await page.keyboard.press("Enter");
    expect(await reader.getByRole("alert").innerText()).toContain("gs1.check-digit · character 18");
    expect(await reader.locator("mark").innerText()).toBe("3");
  });
});

async function textOf(stream: AsyncIterable<unknown>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
