import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { changesPath } from "../../../src/contract/common-api.ts";

/** While the level tells what changes, pages ask this seldom by themselves. */
const quietMs = 20_000;
let open = false;

/** How often a live call asks by itself: seldom while the stream is open, as the page wants it when it is not. */
export function askEvery(everyMs: number): number {
  return open ? Math.max(everyMs, quietMs) : everyMs;
}

/**
 * Keeps one stream of the level's changes while the page is seen, and asks again what it shows when something changed.
 * A hidden page lets go: a browser has six connections to a level, for all its windows together.
 */
export function useChanges(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let source: EventSource | undefined;
    const again = () => void queries.invalidateQueries({ predicate: ({ meta }) => meta?.["live"] === true });
    const close = () => {
      source?.close();
      source = undefined;
      open = false;
    };
    const connect = () => {
      if (source !== undefined || document.visibilityState === "hidden") return;
      source = new EventSource(changesPath);
      source.addEventListener("here", () => {
        open = true;
      });
      source.addEventListener("changed", () => {
        open = true;
        again();
      });
      // The browser connects again by itself where it can; until then pages ask as often as without a stream.
      source.addEventListener("error", () => {
        open = false;
        again();
        // Refused (too many streams, signed out): it does not try again by itself.
        if (source?.readyState === EventSource.CLOSED) close();
      });
    };
    const look = () => (document.visibilityState === "hidden" ? close() : connect());
    connect();
    const timer = setInterval(look, quietMs);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      close();
    };
  }, [queries]);
}
