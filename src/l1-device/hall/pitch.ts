/** The SIMULATED motor: calls `step` once a pitch while it is on. */
export type Pitch = { readonly set: (on: boolean) => void };

export function startPitch(pitchMs: () => number, step: () => void): Pitch {
  let timer: NodeJS.Timeout | undefined;
  let dueMs = 0;
  const turn = () => {
    const nowMs = performance.now();
    // A belt cannot jump: after the computer was busy it goes on from here instead of catching up in one leap.
    dueMs = Math.max(dueMs + pitchMs(), nowMs + pitchMs() / 2);
    timer = setTimeout(turn, dueMs - nowMs);
    step();
  };
  return {
    set(on) {
      if (on === (timer !== undefined)) return;
      clearTimeout(timer);
      timer = undefined;
      if (!on) return;
      dueMs = performance.now() + pitchMs();
      timer = setTimeout(turn, pitchMs());
    },
  };
}
