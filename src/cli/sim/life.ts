/** One process of an instance, from its start to its kill. After a kill it touches nothing of the world any more. */
export type Life = {
  readonly instance: string;
  readonly number: number;
  readonly dead: boolean;
  /** kill -9: at this very place. */
  kill(): void;
  /** At its death; at once when it is dead already. */
  onDeath(work: () => void): void;
  /**
   * A place where the process may die: before a statement, before a commit, after a commit before its answer. True
   * when it died here.
   */
  mayDie(where: DeathPlace): boolean;
};

export type DeathPlace = "before-statement" | "before-commit" | "after-commit";

/** What a synchronous call of a dead process throws; an asynchronous one never settles. */
export class Killed extends Error {
  constructor(life: Life) {
    super(`${life.instance} was killed`);
    this.name = "Killed";
  }
}

/** `fuse`: how many places this life passes before it dies at one; undefined: it does not die by itself. */
export function createLife(instance: string, number: number, fuse: () => number | undefined): Life {
  let dead = false;
  let passed = 0;
  const mourners: (() => void)[] = [];
  const kill = () => {
    if (dead) return;
    dead = true;
    for (const work of mourners) work();
  };
  return {
    instance,
    number,
    get dead() {
      return dead;
    },
    kill,
    onDeath(work) {
      if (dead) work();
      else mourners.push(work);
    },
    mayDie() {
      const places = fuse();
      if (dead || places === undefined || ++passed < places) return false;
      kill();
      return true;
    },
  };
}

/** The rest of a dead process: nothing comes after it. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
