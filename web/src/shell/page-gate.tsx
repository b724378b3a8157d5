import { type ReactNode, Suspense } from "react";
import type { Right } from "../../../src/contract/rights.ts";
import { useWhyNot } from "../calls/session.ts";
import { Loading, Notice } from "../design/notice.tsx";

/** Says so where a person may not look, instead of letting every call of the page be refused. */
export function PageGate({ right, children }: { readonly right: Right; readonly children: ReactNode }) {
  const why = useWhyNot(right);
  if (why !== null) {
    return (
      <Notice tone="warn" title="This page is not for your roles.">
        It wants the right <code className="font-mono">{right}</code>. Ask an administrator for a role that holds it.
      </Notice>
    );
  }
  return <Suspense fallback={<Loading />}>{children}</Suspense>;
}
