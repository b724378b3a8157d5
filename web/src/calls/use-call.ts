import {
  QueryCache,
  QueryClient,
  useMutation,
  type UseMutationResult,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import { commonApi } from "../../../src/contract/common-api.ts";
import type { CallInput } from "../../../src/contract/client.ts";
import type { Endpoint, ReplyOf } from "../../../src/contract/endpoint.ts";
import { askEvery } from "./changes.ts";
import { levelClient } from "./level-client.ts";
import { isRefusal, isSignedOut } from "./problem-words.ts";

const attemptsMax = 3;
export const liveMs = 2000;

type Key = readonly [path: string, method: string, params: unknown, query: unknown];
type Loose = { readonly params?: unknown; readonly query?: unknown };

function keyOf(endpoint: Endpoint, input: Loose | undefined): Key {
  return [endpoint.path, endpoint.method, input?.params ?? null, input?.query ?? null];
}

const sessionKey = keyOf(commonApi.session, undefined);

export function createQueryClient(): QueryClient {
  const client = new QueryClient({
    queryCache: new QueryCache({
      // A session that ended shows in whichever call comes first.
      onError: (error, query) => {
        if (isSignedOut(error) && query.queryKey[0] !== commonApi.session.path)
          void client.resetQueries({ queryKey: sessionKey });
      },
    }),
    defaultOptions: {
      queries: {
        retry: (failures, error) => !isRefusal(error) && failures < attemptsMax,
        staleTime: 1000,
        refetchOnWindowFocus: true,
      },
      mutations: { retry: false },
    },
  });
  return client;
}

export type CallOptions = {
  /** A live call: asked again when the level says that something changed, and this often where it cannot say so. */
  readonly everyMs?: number | undefined;
  /** What it answers changes at other levels, too, of which this one does not hear: asked every `everyMs` in any case. */
  readonly ofOthers?: boolean;
  readonly enabled?: boolean;
};

/** What an endpoint answers, kept fresh: asked again after every act, and as `CallOptions` says where the page is live. */
export function useCall<E extends Endpoint>(
  endpoint: E,
  input?: CallInput<E>,
  options: CallOptions = {},
): UseQueryResult<ReplyOf<E>> {
  const call = levelClient.call as (endpoint: E, input?: CallInput<E>) => Promise<ReplyOf<E>>;
  const { everyMs, ofOthers = false } = options;
  return useQuery({
    queryKey: keyOf(endpoint, input),
    queryFn: () => call(endpoint, input),
    enabled: options.enabled ?? true,
    ...(everyMs === undefined
      ? {}
      : { refetchInterval: () => (ofOthers ? everyMs : askEvery(everyMs)), meta: { live: everyMs <= liveMs } }),
  });
}

/** One change. After it everything that is on the page is asked again; the level is the only truth. */
export function useAct<E extends Endpoint>(
  endpoint: E,
  onDone?: (reply: ReplyOf<E>) => void,
): UseMutationResult<ReplyOf<E>, Error, CallInput<E>> {
  const queries = useQueryClient();
  const call = levelClient.call as (endpoint: E, input?: CallInput<E>) => Promise<ReplyOf<E>>;
  return useMutation({
    mutationFn: (input: CallInput<E>) => call(endpoint, input),
    onSuccess: async (reply) => {
      onDone?.(reply);
      await queries.invalidateQueries();
    },
  });
}
