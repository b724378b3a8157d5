import { type SyntheticEvent, useEffect, useState } from "react";

type Spot = { readonly left: number; readonly top: number; readonly above: boolean };

const halfWidthMax = 150;
const gap = 7;
/** Room that a reason of two lines needs above its button. */
const roomAbove = 70;

/** Where a tip stands: fixed to the window, so that no scrolling table cuts it off. Shown on hover and on focus, gone on Escape. */
export function useTip() {
  const [at, setAt] = useState<Spot | null>(null);
  const show = (event: SyntheticEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const above = box.top > roomAbove;
    const middle = box.left + box.width / 2;
    setAt({
      left: Math.min(Math.max(middle, halfWidthMax), innerWidth - halfWidthMax),
      top: above ? box.top - gap : box.bottom + gap,
      above,
    });
  };
  const hide = () => setAt(null);
  const shown = at !== null;
  useEffect(() => {
    if (!shown) return;
    const onKey = ({ key }: KeyboardEvent) => key === "Escape" && setAt(null);
    const onMove = () => setAt(null);
    document.addEventListener("keydown", onKey);
    document.addEventListener("scroll", onMove, true);
    return () => {
      document.removeEventListener("keydown", onKey);
      document.removeEventListener("scroll", onMove, true);
    };
  }, [shown]);
  return { at, triggers: { onPointerEnter: show, onPointerLeave: hide, onFocus: show, onBlur: hide } };
}

/** Always in the page, so that `aria-describedby` finds it; seen only while `at` says where. */
export function Tip({ id, at, words }: { readonly id: string; readonly at: Spot | null; readonly words: string }) {
  return (
    <span
      id={id}
      role="tooltip"
      hidden={at === null}
      className="pointer-events-none fixed z-50 w-max max-w-72 rounded-md bg-ink px-2.5 py-1.5 text-left text-[0.85rem] whitespace-normal text-canvas shadow-lg"
      style={
        at === null ? {} : { left: at.left, top: at.top, transform: `translate(-50%, ${at.above ? "-100%" : "0"})` }
      }
    >
      {words}
    </span>
  );
}
