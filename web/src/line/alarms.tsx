import type { RunView } from "../../../src/contract/line-api.ts";
import { Icon } from "../design/icon.tsx";
import { plainWords } from "../words/reason-text.ts";
import { Ago } from "../words/time-text.tsx";

/** What stands against the run now; a new one is read out at once. */
export function Alarms({ alarms }: { readonly alarms: RunView["alarms"] }) {
  return (
    <section aria-label="Alarms" aria-live="assertive">
      {alarms.length === 0 ? (
        <p className="flex items-center gap-2 rounded-lg border border-line bg-surface px-4 py-1.5 text-good-text">
          <Icon name="good" /> No alarm
        </p>
      ) : (
        <ul className="grid gap-1.5">
          {alarms.map(({ code, detail, since }) => (
            <li key={code} className="flex items-center gap-3 rounded-lg border border-bad bg-bad-soft px-4 py-1.5">
              <Icon name="warn" className="size-5 text-bad-text" />
              <strong className="text-bad-text first-letter:uppercase">{plainWords(code)}</strong>
              <span className="min-w-0 flex-1">{detail}</span>
              <span className="text-[0.85rem] text-muted">
                <Ago at={since} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
