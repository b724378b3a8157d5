import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

type PageLinkProps = {
  readonly to: string;
  readonly params?: Record<string, string>;
  readonly search?: Record<string, string>;
  readonly children: ReactNode;
  readonly mono?: boolean;
};

/** A link to a page of this level. The router is made at run time from the level's table, so addresses are plain text. */
export function PageLink({ to, params, search, children, mono = false }: PageLinkProps) {
  const loose = { to, params: params ?? {}, search: search ?? {} } as unknown as { to: "/" };
  return (
    <Link
      {...loose}
      className={`font-medium text-accent-text underline decoration-from-font underline-offset-2 ${mono ? "font-mono [overflow-wrap:anywhere]" : ""}`}
    >
      {children}
    </Link>
  );
}
