import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blankPicture } from "../../src/l1-device/raster/picture.ts";
import { drawDataMatrix, fnc1 } from "../../src/l1-device/raster/symbol.ts";
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
  await opened.page.getByRole("heading", { name: "Trace", exact: true }).waitFor();
  return opened;
}

describe("the trace of a pack", () => {
  test("what was scanned goes into the address, and the address brings it back", async () => {
    const { page, complaints } = await tracePage();
    await page.getByLabel("Pack, container, lot or place").fill(scan);
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: "Hops" }).waitFor();
    expect(new URL(page.url()).searchParams.get("id")).toBe(scan);
    await page.reload();
    await page.getByRole("list", { name: "Hops" }).waitFor();
    expect(await page.getByLabel("Pack, container, lot or place").inputValue()).toBe(scan);
    expect(complaints).toEqual([]);
  });

  test("a number of digits alone stays as it was typed", async () => {
    const { page } = await tracePage("?id=00095212340000020011");
    await page.getByRole("list", { name: "Hops" }).waitFor();
    expect(await page.getByLabel("Pack, container, lot or place").inputValue()).toBe("00095212340000020011");
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
    await page.getByRole("button", { name: "Trace", exact: true }).click();
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

describe("a chosen moment", () => {
  test("is slid to or typed, stands in the address, and changes what it stands in [REQ-TRC-02]", async () => {
    const { page, complaints } = await tracePage(`?id=${encodeURIComponent(scan)}`);
    const panel = page.getByRole("region", { name: "At a moment" });
    await panel.getByRole("list", { name: "What it stands in" }).waitFor();
    const slider = panel.getByRole("slider", { name: "Moment" });
    expect(await slider.getAttribute("aria-valuetext")).toBe("now");
    await slider.focus();
    await page.keyboard.press("Home");
    await panel.getByText("It stood in nothing.").waitFor();
    expect(new URL(page.url()).searchParams.get("at")).toMatch(/^\d+$/);
    await panel.getByRole("checkbox", { name: "As it was known then" }).check();
    await expect.poll(() => new URL(page.url()).searchParams.get("known")).toBe("then");
    await panel.getByRole("button", { name: "Now" }).click();
    await panel.getByRole("list", { name: "What it stands in" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("shows what is inside a container, each link with how it is known", async () => {
    const { page } = await tracePage("?id=00095212340000010845");
    const inside = page.getByRole("region", { name: "Inside it" });
    await inside.waitFor();
    expect((await inside.innerText()).match(/verified/g)?.length).toBe(24);
    await page.getByText("24 × Auroxin 20 mg, 30 tablets, lot L2611A").waitFor();
  });
});

describe("what is looked for", () => {
  test("may be a lot: where its packs are, and whom a recall has to reach [REQ-TRC-03]", async () => {
    const { page, complaints } = await tracePage();
    await page.getByLabel("Pack, container, lot or place").fill("(01)09521234543213(10)L2611A");
    await page.keyboard.press("Enter");
    const recall = page.getByRole("region", { name: "Recall", exact: true });
    await recall.waitFor();
    expect((await recall.innerText()).replace(/\s+/g, " ")).toContain("Medica Wholesale 1,920 24 310 1,586");
    await page.getByRole("region", { name: "By place" }).first().waitFor();
    expect(complaints).toEqual([]);
  });

  test("may be a place: what stands there and what left [REQ-TRC-04]", async () => {
    const { page, complaints } = await tracePage("?id=9521234000013");
    await page.getByRole("heading", { name: "Site Basel" }).waitFor();
    const left = page.getByRole("region", { name: "What left" }).first();
    expect(await left.innerText()).toMatch(/shipping[\s\S]*Aurora Pharma/);
    expect(complaints).toEqual([]);
  });
});

describe("what it rests on", () => {
  test("its places are drawn, and read out in their order", async () => {
    const { page } = await tracePage(`?id=${encodeURIComponent(scan)}&ask=yes`);
    const places = page.getByRole("list", { name: "Places in their order" });
    expect((await places.innerText()).split("\n").map((line) => line.split(",")[0])).toEqual([
      "Site Basel",
      "Medica Wholesale",
    ]);
  });

  test("documents and exports are downloaded, and only by who may [REQ-TRC-05] [REQ-TRC-06]", async () => {
    const { page } = await tracePage(`?id=${encodeURIComponent(scan)}`);
    const pdf = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export as PDF" }).click();
    expect((await pdf).suggestedFilename()).toBe("trace.pdf");
    const document = page.waitForEvent("download");
    await page.getByRole("button", { name: /Download the document of Medica Wholesale/ }).click();
    await document;
  });
});

describe("the camera", () => {
  test("what keeps it from looking is said in words, with what to do [REQ-TRC-01]", async () => {
    const { page } = await tracePage();
    await page.getByRole("button", { name: "Scan with the camera" }).click();
    const dialog = page.getByRole("dialog", { name: "Scan with the camera" });
    const alert = dialog.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/camera[\s\S]*type the number/);
    await dialog.getByRole("button", { name: "Close" }).click();
    await dialog.waitFor({ state: "hidden" });
  });

  test("reads a Data Matrix that is held before it, and traces the pack [REQ-TRC-01]", async () => {
    const video = join(mkdtempSync(join(tmpdir(), "packtrail-camera-")), "pack.y4m");
    writeFileSync(video, filmOf(`${fnc1}010952123454321321A7K2M9013QX`));
    const seeing = await launchBrowser([
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      `--use-file-for-fake-video-capture=${video}`,
    ]);
    try {
      const { page, complaints } = await openPage(seeing, `${level.url}/trace`);
      await signIn(page, "ada");
      await page.getByRole("button", { name: "Scan with the camera" }).click();
      await page.getByRole("list", { name: "Hops" }).waitFor();
      expect(new URL(page.url()).searchParams.get("id")).toBe("(01)09521234543213(21)A7K2M9013QX");
      expect(await page.getByRole("dialog").count()).toBe(0);
      expect(complaints).toEqual([]);
    } finally {
      await seeing.close();
    }
  });
});

/** Two pictures of a printed code as an uncompressed film (YUV4MPEG2, 4:2:0). */
function filmOf(elements: string): Buffer {
  const [width, height] = [640, 480];
  const picture = blankPicture(width, height);
  drawDataMatrix(picture, elements, 200, 120, 10);
  const grey = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from("FRAME\n"), picture.pixels, grey]);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]);
}
