import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { mayUse } from "../../../src/contract/rights.ts";
import { useChanges } from "../calls/changes.ts";
import { usePlace } from "../calls/session.ts";
import { Icon } from "../design/icon.tsx";
import { type Page, levelNumbers, pagesOf } from "./pages.ts";
import { PersonMenu } from "./person-menu.tsx";

/** What stands around every page: which level this is, the menu, the person. A line's panel is narrow: its menu lies on top. */
export function Frame() {
  const { self, session } = usePlace();
  const main = useRef<HTMLElement>(null);
  const menu = pagesOf[self.level].filter((page) => page.menu !== undefined && mayUse(page.right, session.roles));
  useFocusOnNewPage(main);
  useChanges();
  const onTop = self.level === "line" || self.level === "device";
  return (
    <div
      className={`flex min-h-dvh flex-col ${onTop ? "" : "md:grid md:grid-cols-[13.5rem_1fr] md:grid-rows-[auto_1fr]"}`}
    >
      <a
        href="#main"
        className="sr-only z-50 rounded bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <header className="col-span-2 flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-surface px-4 py-1.5">
        <LevelName />
        <div className="ml-auto flex items-center gap-2">
          <PersonMenu />
        </div>
      </header>
      <Menu pages={menu} onTop={onTop} />
      <main id="main" ref={main} tabIndex={-1} className={`min-w-0 flex-1 p-4 outline-none ${onTop ? "" : "lg:px-6"}`}>
        <Outlet />
      </main>
    </div>
  );
}

function LevelName() {
  const { self } = usePlace();
  return (
    <div className="flex min-w-0 items-center gap-3">
      <span
        className="grid size-9 place-items-center rounded-md bg-accent text-lg font-semibold text-on-accent"
        aria-hidden="true"
      >
        {levelNumbers[self.level]}
      </span>
      <div className="min-w-0 leading-tight">
        <div className="truncate font-semibold">{self.name}</div>
        <div className="text-[0.8rem] text-muted">
          Packtrail level {levelNumbers[self.level]}, {self.level}
        </div>
      </div>
      {self.environment === "validation" && (
        <span className="rounded bg-warn px-2 py-0.5 text-[0.8rem] font-semibold text-on-warn">VALIDATION</span>
      )}
    </div>
  );
}

const itemLook =
  "block rounded-md px-3 py-1.5 text-muted hover:bg-hover hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent-text";

function Menu({ pages, onTop }: { readonly pages: readonly Page[]; readonly onTop: boolean }) {
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  useEffect(() => setOpen(false), [pathname]);
  const items = pages.map((page) => (
    <li key={page.path}>
      <MenuLink page={page} pathname={pathname} />
    </li>
  ));
  if (onTop) {
    return (
      <nav aria-label="Pages" className="border-b border-line bg-surface px-3 py-1">
        <ul className="flex flex-wrap gap-1">{items}</ul>
      </nav>
    );
  }
  return (
    <nav aria-label="Pages" className="border-line bg-surface md:border-r">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex min-h-11 w-full items-center gap-2 px-4 md:hidden"
      >
        <Icon name="menu" /> Pages
      </button>
      <ul className={`gap-0.5 p-2 md:sticky md:top-0 md:grid ${open ? "grid" : "hidden"}`}>{items}</ul>
    </nav>
  );
}

function MenuLink({ page, pathname }: { readonly page: Page; readonly pathname: string }): ReactNode {
  const here = page.path === "/" ? pathname === "/" : pathname === page.path || pathname.startsWith(`${page.path}/`);
  return (
    <Link to={page.path} className={itemLook} aria-current={here ? "page" : undefined}>
      {page.menu}
    </Link>
  );
}

/** A new page takes the focus, so that keyboard and screen reader start at its top rather than in the old menu. */
function useFocusOnNewPage(main: React.RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname, main]);
}
