import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LevelName } from "../../src/contract/common-api.ts";
import { launchBrowser } from "../support/browser.ts";
import { startFakeLevel } from "./fake-level.ts";
import { openPage, signIn } from "./open-page.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
});

type Walk = {
  readonly level: Exclude<LevelName, "device">;
  readonly who: string;
  readonly colorScheme: "light" | "dark";
  readonly width: number;
  readonly beside: readonly string[];
};

const order = "018f2000-0000-7000-8000-000000000001";
const delivery = "018f3000-0000-7000-8000-000000000001";

/** Pages that no menu leads to. */
const walks: readonly Walk[] = [
  {
    level: "line",
    who: "sven",
    colorScheme: "dark",
    width: 1024,
    beside: ["/runs/018f1000-0000-7000-8000-000000000001", "/runs/018f1000-0000-7000-8000-000000000001/numbers"],
  },
  { level: "site", who: "quinn", colorScheme: "light", width: 1280, beside: [`/work-orders/${order}`] },
  { level: "site", who: "walt", colorScheme: "dark", width: 1280, beside: [`/deliveries/${delivery}`] },
  {
    level: "enterprise",
    who: "ada",
    colorScheme: "light",
    width: 1440,
    beside: [
      "/lots/09521234543213/L2611A",
      `/shipments/${delivery}`,
      "/trace?id=00095212340000020011&ask=yes",
      "/audit?verify=yes",
    ],
  },
  { level: "enterprise", who: "ada", colorScheme: "dark", width: 700, beside: ["/trace?id=00095212340000020011"] },
  { level: "network", who: "ada", colorScheme: "dark", width: 1280, beside: [] },
];

const named = new Set([
  "button",
  "link",
  "textbox",
  "checkbox",
  "radio",
  "combobox",
  "spinbutton",
  "searchbox",
  "progressbar",
  "image",
  "dialog",
  "region",
  "table",
]);

/** What a screen reader would meet without a name. */
async function nameless(session: CDPSession): Promise<string[]> {
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  return (
    nodes
      .filter(
        ({ ignored, role, name }) =>
          !ignored && named.has(String(role?.value)) && String(name?.value ?? "").trim() === "",
      )
      .map(({ role }) => String(role?.value))
      // A table takes its name from the region around it.
      .filter((role) => role !== "table")
  );
}

async function goByMenu(page: Page, path: string): Promise<void> {
  const menu = page.getByRole("navigation", { name: "Pages" });
  const folded = menu.getByRole("button", { name: "Pages" });
  if ((await folded.isVisible()) && (await folded.getAttribute("aria-expanded")) === "false") await folded.click();
  await menu.locator(`a[href="${path}"]`).click();
  await expect.poll(() => new URL(page.url()).pathname).toBe(path);
}

async function settled(page: Page): Promise<void> {
  await page.getByRole("heading", { level: 1 }).waitFor();
  await expect.poll(() => page.getByText("Loading…").count(), { timeout: 15_000 }).toBe(0);
}

describe.each(walks)(
  "every page of the $level, as $who, $colorScheme, $width wide",
  ({ level, who, colorScheme, width, beside }) => {
    test("opens without complaint, has one heading, names its controls and fits its width", async () => {
      const fake = await startFakeLevel(level);
      const { page, complaints } = await openPage(browser, fake.url, { colorScheme, viewport: { width, height: 900 } });
      try {
        await signIn(page, who);
        const session = await page.context().newCDPSession(page);
        const menu = page.getByRole("navigation", { name: "Pages" });
        const listed = await menu
          .locator("a")
          .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
        expect(listed.length).toBeGreaterThan(2);
        for (const path of [...listed, ...beside]) {
          if (listed.includes(path)) await goByMenu(page, path);
          else await page.goto(fake.url + path);
          await settled(page);
          expect(await page.getByRole("heading", { level: 1 }).count(), path).toBe(1);
          expect(await page.getByRole("alert").allInnerTexts(), path).toEqual([]);
          expect(await nameless(session), path).toEqual([]);
          expect(
            await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
            `${path} is too wide`,
          ).toBeLessThanOrEqual(0);
          expect(await page.title(), path).toMatch(/ · Packtrail$/);
        }
        expect(complaints).toEqual([]);
      } finally {
        await page.context().close();
        await fake.stop();
      }
    });
  },
);

describe("with the keyboard", () => {
  test("the first stop skips to the page, and every further stop shows where it is", async () => {
    const fake = await startFakeLevel("enterprise");
    const { page } = await openPage(browser, fake.url, { viewport: { width: 1280, height: 800 } });
    try {
      await signIn(page, "ada");
      await page.goto(`${fake.url}/lots/09521234543213/L2611A`);
      await settled(page);
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the page");
      const stops: string[] = [];
      const hidden: string[] = [];
      for (let count = 0; count < 60; count++) {
        await page.keyboard.press("Tab");
        const stop = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement;
          const style = getComputedStyle(element);
          const box = element.getBoundingClientRect();
          const seen =
            style.outlineStyle !== "none" &&
            Number.parseFloat(style.outlineWidth) >= 2 &&
            box.width > 0 &&
            box.bottom > 0 &&
            box.top < innerHeight;
          return {
            words: element.getAttribute("aria-label") ?? element.textContent ?? "",
            seen,
            body: element === document.body,
          };
        });
        if (stop.body || stop.words === stops[0]) break;
        stops.push(stop.words);
        if (!stop.seen) hidden.push(stop.words);
      }
      expect(hidden).toEqual([]);
      for (const expected of ["Ada Administrator, your account", "Sign out", "Lots", "Hold", "Release", "Signatures"])
        expect(stops).toContain(expected);
    } finally {
      await fake.stop();
    }
  });

  test("a dead button shows its reason when it is reached, and Escape takes the reason away", async () => {
    const fake = await startFakeLevel("enterprise");
    const { page } = await openPage(browser, `${fake.url}/lots/09521234543213/L2611A`);
    try {
      await signIn(page, "ada");
      const release = page.getByRole("button", { name: "Release" });
      await release.focus();
      const tip = page.getByRole("tooltip");
      await tip.waitFor();
      expect(await tip.innerText()).toBe("None of your roles may do this.");
      await page.keyboard.press("Escape");
      await tip.waitFor({ state: "hidden" });
      await release.press("Enter");
      expect(await page.getByRole("dialog").count()).toBe(0);
    } finally {
      await fake.stop();
    }
  });
});
