import type { Trace } from "../../../src/contract/enterprise-api.ts";
import { Tag, type Tone } from "../design/tag.tsx";
import { countText } from "../words/number-text.ts";
import { TraceLink } from "./trace-link.tsx";

type Item = Trace["hierarchy"][number];

const links: Readonly<Record<Item["link"], readonly [tone: Tone, line: string, words: string]>> = {
  verified: ["good", "border-solid", "verified: each was read when it was packed"],
  implied: ["info", "border-dashed", "implied: follows from the others"],
  unverified: ["warn", "border-dotted", "unverified: stated, not checked"],
};

/** Containers from the outermost to the pack itself; how each link is known is drawn and said. */
export function HierarchyPicture({ hierarchy, id }: { readonly hierarchy: readonly Item[]; readonly id: string }) {
  if (hierarchy.length === 0) return <p className="text-muted">It stands in nothing, and nothing in it is known.</p>;
  return <Nested items={hierarchy} id={id} outermost />;
}

function Nested({
  items,
  id,
  outermost = false,
}: {
  readonly items: readonly Item[];
  readonly id: string;
  readonly outermost?: boolean;
}) {
  const [item, ...inner] = items;
  if (item === undefined) return null;
  const [tone, line, words] = links[item.link];
  return (
    <div>
      {!outermost && (
        <div className="flex items-center gap-2 py-1 pl-3 text-[0.85rem]">
          <span className={`h-6 border-l-2 border-edge ${line}`} aria-hidden="true" />
          <Tag tone={tone}>{item.link}</Tag>
          <span className="text-muted">{words.replace(/^.*?: /, "")}</span>
        </div>
      )}
      <div
        className={`rounded-md border px-3 py-2 ${item.id === id ? "border-accent bg-accent-soft" : "border-edge bg-surface"}`}
      >
        <div className="flex items-baseline justify-between gap-2">
          <strong className="first-letter:uppercase">{item.level}</strong>
          {item.children > 0 && <span className="text-[0.85rem] text-muted">{countText(item.children)} inside</span>}
        </div>
        <TraceLink id={item.id} />
        {inner.length > 0 && <Nested items={inner} id={id} />}
      </div>
    </div>
  );
}
