import {
  type AnyRouter,
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
} from "@tanstack/react-router";
import { lazy } from "react";
import type { LevelName } from "../../../src/contract/common-api.ts";
import { Notice, Problem } from "../design/notice.tsx";
import { Frame } from "./frame.tsx";
import { PageGate } from "./page-gate.tsx";
import { type Page, pagesOf } from "./pages.ts";

/** Addresses to pages for one level; each page's code comes when it is first opened. */
export function createLevelRouter(level: LevelName): AnyRouter {
  const root = createRootRoute({ component: Frame, notFoundComponent: NotFound, errorComponent: Failed });
  const routes = pagesOf[level].map((page) =>
    createRoute({ getParentRoute: () => root, path: page.path, component: gated(page) }),
  );
  // Search parameters are plain text here: a scan such as 0109521234543213 must not turn into a number.
  return createRouter({ routeTree: root.addChildren(routes), parseSearch, stringifySearch, scrollRestoration: true });
}

function gated(page: Page) {
  const Content = lazy(async () => ({ default: await page.load() }));
  return function Gated() {
    return (
      <PageGate right={page.right}>
        <Content />
      </PageGate>
    );
  };
}

function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).filter(
    (pair): pair is [string, string] => typeof pair[1] === "string" && pair[1] !== "",
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}

function NotFound() {
  return (
    <Notice tone="warn" title="There is no such page at this level.">
      Choose one from the menu.
    </Notice>
  );
}

function Failed({ error }: ErrorComponentProps) {
  return <Problem error={error} />;
}
