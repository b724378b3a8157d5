/**
 * The SIMULATED hall moves in steps: the world changes, what changed is saved, then the outside is told. A process
 * killed at any instant comes back as after a whole step, and nothing was told that it does not know any more.
 */
export type Steps = {
  /** A step inside a step is part of it. */
  readonly step: <T>(work: () => T) => T;
  /** Something that leaves the hall, light and bytes; waits until the step is saved. */
  readonly tell: (effect: () => void) => void;
};

export function openSteps(save: () => void): Steps {
  let inside = false;
  let effects: (() => void)[] = [];
  let broken: { readonly error: unknown } | undefined;

  const run = <T>(work: () => T): T => {
    inside = true;
    try {
      const value = work();
      save();
      return value;
    } catch (error) {
      // Half a step is a world that never was: nothing may be built on it.
      broken = { error };
      throw error;
    } finally {
      inside = false;
    }
  };
  return {
    step(work) {
      if (inside) return work();
      if (broken) throw broken.error;
      const value = run(work);
      const due = effects;
      effects = [];
      for (const effect of due) effect();
      return value;
    },
    tell(effect) {
      if (inside) effects.push(effect);
      else effect();
    },
  };
}
