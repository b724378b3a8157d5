import { type ReactNode, useId } from "react";
import { Icon, type IconName } from "./icon.tsx";
import { Tip, useTip } from "./tip.tsx";

export type ButtonProps = {
  readonly children: ReactNode;
  readonly onPress?: () => void;
  /** Why it is dead: shown, read out and reachable by keyboard. Null or absent: it lives. */
  readonly why?: string | null | undefined;
  readonly busy?: boolean;
  readonly tone?: "primary" | "plain" | "danger" | "quiet";
  readonly size?: "small" | "normal" | "touch";
  readonly icon?: IconName;
  readonly submit?: boolean;
  readonly autoFocus?: boolean;
  /** As wide as what holds it. */
  readonly wide?: boolean;
  /** Where the words shown are not enough: `Resend message of lane …`. */
  readonly label?: string;
};

const tones = {
  primary: "bg-accent text-on-accent border-accent hover:bg-accent-hover",
  danger: "bg-bad text-on-bad border-bad hover:bg-bad-hover",
  plain: "bg-raised text-ink border-edge hover:bg-hover",
  quiet: "bg-transparent text-accent-text border-transparent hover:bg-hover",
} as const;

const sizes = {
  small: "min-h-8 px-2.5 py-0.5 text-[0.87rem]",
  normal: "min-h-9 px-3.5 py-1",
  touch: "min-h-14 px-5 py-1.5 text-lg",
} as const;

const dead = "bg-sunken text-faint border-line cursor-not-allowed border-dashed";

/**
 * A dead button stays focusable (`aria-disabled`, not `disabled`), so that its reason can be found with keyboard and
 * screen reader. On a touch panel nothing hovers: there the reason stands in the button.
 */
export function Button({
  children,
  onPress,
  why,
  busy = false,
  tone = "plain",
  size = "normal",
  icon,
  submit = false,
  autoFocus,
  wide = false,
  label,
}: ButtonProps) {
  const reason = useId();
  const tip = useTip();
  const isDead = why != null;
  const look = isDead ? dead : tones[tone];
  const touch = size === "touch";
  return (
    <>
      <button
        type={submit ? "submit" : "button"}
        aria-disabled={isDead || busy}
        aria-busy={busy}
        aria-describedby={isDead ? reason : undefined}
        aria-label={label}
        autoFocus={autoFocus}
        className={`inline-flex items-center justify-center gap-2 rounded-md border font-medium select-none ${look} ${sizes[size]} ${wide || touch ? "w-full" : ""}`}
        {...(isDead && !touch ? tip.triggers : {})}
        onClick={(event) => {
          if (!isDead && !busy) onPress?.();
          // A dead submit still asks its form, which knows what is missing: Enter of a badge reader leads to the PIN.
          else if (!submit || busy) event.preventDefault();
        }}
      >
        {busy ? (
          <Icon name="busy" className="size-4 animate-spin" />
        ) : (
          icon && !(isDead && touch) && <Icon name={icon} />
        )}
        <span className={touch ? "flex flex-col items-center leading-tight" : "whitespace-nowrap"}>
          {children}
          {isDead && touch && (
            <span aria-hidden="true" className="text-[0.8rem] font-normal text-muted">
              {why}
            </span>
          )}
        </span>
      </button>
      {isDead && <Tip id={reason} at={tip.at} words={why} />}
    </>
  );
}
