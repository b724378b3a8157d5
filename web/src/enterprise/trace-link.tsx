import { PageLink } from "../shell/page-link.tsx";
import { identifierText } from "../words/identifier-text.ts";

/** An identifier as it is printed, leading to its trace. */
export function TraceLink({ id }: { readonly id: string }) {
  return (
    <PageLink to="/trace" search={{ id }} mono>
      {identifierText(id)}
    </PageLink>
  );
}
