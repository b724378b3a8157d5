import { type Client, createClient, ProblemError } from "../../contract/client.ts";
import { commonApi } from "../../contract/common-api.ts";
import type { SignatureInput } from "../../contract/shapes.ts";
import { isFault } from "../../runtime/fault.ts";
import type { Network } from "../../runtime/machine.ts";
import type { SimClock } from "./sim-clock.ts";
import type { Chance } from "./sim-random.ts";

/** Somebody with an account, who looks, presses a button, and presses again when nothing came of it. */
export type Person = {
  readonly userName: string;
  readonly password: string;
  sign(): SignatureInput;
  /** One call at this address, signed in first where needed. Throws what the call throws. */
  use<T>(url: string, work: (client: Client) => Promise<T>): Promise<T>;
};

/** Somebody waited in vain: the system made no progress although nothing stood in its way any more. */
export class Stuck extends Error {
  constructor(what: string, last: string) {
    super(`waited in vain: ${what}${last === "" ? "" : ` (last answer: ${last})`}`);
    this.name = "Stuck";
  }
}

export function createPerson(fetch: Network["fetch"], userName: string, password: string): Person {
  const sessions = new Map<string, Promise<Client>>();
  const signIn = async (url: string): Promise<Client> => {
    const client = createClient({ url, fetch, keepSession: true });
    await client.call(commonApi.signIn, { body: { userName, password } });
    return client;
  };
  return {
    userName,
    password,
    sign: () => ({ userName, password }),
    async use(url, work) {
      const session = sessions.get(url) ?? signIn(url);
      sessions.set(url, session);
      try {
        return await work(await session);
      } catch (error) {
        // A session that ended, or one that was never made, is made anew the next time.
        const refused = error instanceof ProblemError && error.status !== 401;
        if (!refused || error.code === "gxp.wrong-credentials") sessions.delete(url);
        throw error;
      }
    },
  };
}

export type Goal<T> = {
  readonly what: string;
  /** Looks whether it is so: what was wanted, or undefined. */
  readonly reached: () => Promise<T | undefined>;
  /** What somebody does about it; nothing where it only has to be waited for. */
  readonly press?: () => Promise<unknown>;
};

const lookAgainMs = [300, 4_000] as const;

/** Looks, presses, looks again, until it is so; refusals and lost answers are what people live with. */
export async function pursue<T>(
  { clock, patienceMs }: { readonly clock: SimClock; readonly patienceMs: number },
  chance: Chance,
  goal: Goal<T>,
): Promise<T> {
  const until = clock.now() + patienceMs;
  let last = "";
  const tolerate = async <R>(work: () => Promise<R>): Promise<{ readonly answered: boolean; readonly value?: R }> => {
    try {
      return { answered: true, value: await work() };
    } catch (error) {
      if (!isFault(error) && !(error instanceof ProblemError)) throw error;
      last =
        error instanceof ProblemError ? `${error.code} ${error.at ?? ""} ${error.detail ?? ""}`.trim() : error.message;
      return { answered: false };
    }
  };
  for (;;) {
    const { answered, value } = await tolerate(goal.reached);
    if (value !== undefined) return value;
    // Who could not look does not press: it may be done already.
    if (answered && goal.press) await tolerate(goal.press);
    if (clock.now() > until) throw new Stuck(goal.what, last);
    await clock.sleep(chance.between(...lookAgainMs));
  }
}
