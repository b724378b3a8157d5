import { useQuery } from "@tanstack/react-query";

const everyMs = 5000;

export type Liveness = { readonly alive: boolean; readonly problems: readonly string[] };

/** `/health` and `/ready`, which need no sign-in: whether this level answers, and what it lacks to do its work. */
export function useLiveness() {
  return useQuery({
    queryKey: ["/ready"],
    refetchInterval: everyMs,
    queryFn: async (): Promise<Liveness> => {
      const reply = await fetch("/ready").catch(() => undefined);
      if (reply === undefined) return { alive: false, problems: [] };
      const { checks } = (await reply.json()) as { checks: { check: string; problem: string | null }[] };
      return {
        alive: true,
        problems: checks.flatMap(({ check, problem }) => (problem === null ? [] : [`${check}: ${problem}`])),
      };
    },
  });
}
