import { createClient, webFetch } from "../../../src/contract/client.ts";

/** The page's own server: one bundle works at any level, behind any origin. */
export const levelClient = createClient({
  url: "",
  fetch: webFetch((url, init) => fetch(url, init)),
  timeoutMs: 15_000,
});
