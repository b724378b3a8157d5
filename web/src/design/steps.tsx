import { Icon } from "./icon.tsx";

/** Where something is on its way: steps done, the present one, steps to come. */
export function Steps({
  label,
  steps,
  now,
}: {
  readonly label: string;
  readonly steps: readonly string[];
  readonly now: string;
}) {
  const at = steps.indexOf(now);
  return (
    <ol aria-label={label} className="flex flex-wrap items-center gap-y-1">
      {steps.map((step, index) => {
        const done = index < at || (index === at && at === steps.length - 1);
        return (
          <li key={step} aria-current={index === at ? "step" : undefined} className="flex items-center">
            {index > 0 && (
              <span className={`mx-1.5 h-0.5 w-4 ${index <= at ? "bg-accent" : "bg-edge"}`} aria-hidden="true" />
            )}
            <span
              className={`flex items-center gap-1 rounded-full px-2.5 py-0.5 text-[0.87rem] ${index === at ? "bg-accent font-medium text-on-accent" : done ? "text-ink" : "text-faint"}`}
            >
              {done && <Icon name="good" className="size-3" />}
              {step}
              {done && index !== at && <span className="sr-only"> (done)</span>}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
