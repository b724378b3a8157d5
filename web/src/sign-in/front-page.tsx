import type { Self } from "../../../src/contract/common-api.ts";
import { useLiveness } from "../calls/liveness.ts";
import { Problem } from "../design/notice.tsx";
import { PageHead } from "../design/panel.tsx";
import { Tag } from "../design/tag.tsx";
import { levelNumbers } from "../shell/pages.ts";
import { ThemeChoice } from "../shell/person-menu.tsx";
import { LevelLadder } from "./level-ladder.tsx";
import { SignInForm } from "./sign-in-form.tsx";

/** What is public: which level this is, whether it lives, where it stands among the five, and the way in. */
export function FrontPage({ self, problem }: { readonly self: Self; readonly problem: unknown }) {
  return (
    <main className="mx-auto grid min-h-dvh max-w-5xl content-center gap-8 p-4 md:grid-cols-[1fr_23rem] md:gap-12">
      <section aria-label="This level">
        <PageHead
          title={self.name}
          below={`Packtrail level ${levelNumbers[self.level]}, ${self.level} · version ${self.version}`}
        />
        <div className="mb-5 flex flex-wrap gap-2">
          <Alive />
          {self.environment === "validation" && (
            <span className="rounded bg-warn px-2 py-0.5 text-[0.85rem] font-semibold text-on-warn">VALIDATION</span>
          )}
        </div>
        <LevelLadder here={self.level} />
      </section>
      <section aria-label="Sign in" className="grid content-center gap-4">
        {problem !== null && <Problem error={problem} />}
        <SignInForm self={self} />
        <ThemeChoice />
      </section>
    </main>
  );
}

function Alive() {
  const { data } = useLiveness();
  if (data === undefined) return <Tag tone="idle">asking</Tag>;
  if (!data.alive) return <Tag tone="bad">does not answer</Tag>;
  if (data.problems.length === 0) return <Tag tone="good">alive and ready</Tag>;
  return (
    <>
      <Tag tone="warn">alive, not ready</Tag>
      <span className="text-muted">{data.problems.join("; ")}</span>
    </>
  );
}
