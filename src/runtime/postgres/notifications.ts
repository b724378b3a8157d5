import type pg from "pg";
import { invariant } from "../../kernel/base/invariant.ts";
import type { Clock, Log } from "../machine.ts";
import { sqlFault } from "./sql-fault.ts";

const channelForm = /^[a-z][a-z0-9_]{0,62}$/;
const reconnectMsMin = 50;
const reconnectMsMax = 5_000;

export type Listen = (channel: string, onNotify: (payload: string) => void) => Promise<{ close(): Promise<void> }>;

/**
 * LISTEN over one connection for all channels, made when first needed and made again when it is lost. What was notified
 * in between is gone, so after a reconnect every listener is called once with an empty payload: look for yourself.
 */
export function createNotifications(newClient: () => pg.Client, options: { readonly clock: Clock; readonly log: Log }) {
  const listeners = new Map<string, Set<(payload: string) => void>>();
  const closing = new AbortController();
  let connection: Promise<pg.Client> | undefined;

  async function connect(): Promise<pg.Client> {
    const client = newClient();
    client.on("notification", ({ channel, payload }) => tell(channel, payload ?? ""));
    client.on("error", () => {});
    try {
      await client.connect();
      for (const channel of listeners.keys()) await client.query(`listen ${channel}`);
    } catch (error) {
      await client.end().catch(() => {});
      throw sqlFault(error, "listening", "not-sent");
    }
    client.once("end", () => {
      if (!closing.signal.aborted) connection = reconnect();
      connection?.catch(() => {});
    });
    return client;
  }

  async function reconnect(): Promise<pg.Client> {
    for (let delayMs = reconnectMsMin; ; delayMs = Math.min(delayMs * 2, reconnectMsMax)) {
      await options.clock.sleep(delayMs, closing.signal);
      try {
        closing.signal.throwIfAborted();
        const client = await connect();
        for (const channel of listeners.keys()) tell(channel, "");
        return client;
      } catch (error) {
        if (closing.signal.aborted) throw error;
        options.log.warn("the listening connection is lost; trying again", { error });
      }
    }
  }

  function tell(channel: string, payload: string): void {
    for (const onNotify of listeners.get(channel) ?? []) onNotify(payload);
  }

  const listen: Listen = async (channel, onNotify) => {
    invariant(channelForm.test(channel), `not a name for a channel: ${channel}`);
    const known = listeners.get(channel);
    const set = known ?? new Set();
    set.add(onNotify);
    listeners.set(channel, set);
    if (connection === undefined) {
      connection = connect();
      connection.catch(() => {
        connection = undefined;
      });
      await connection;
    } else if (known === undefined) {
      const client = await connection;
      await client.query(`listen ${channel}`).catch((error: unknown) => {
        throw sqlFault(error, "listening", "not-sent");
      });
    }
    return {
      async close() {
        set.delete(onNotify);
      },
    };
  };

  return {
    listen,
    async close() {
      closing.abort(new Error("closed"));
      const client = await connection?.catch(() => undefined);
      await client?.end().catch(() => {});
    },
  };
}
