import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

/**
 * The web's built files, when they are there: looked for at each request, so that a page built anew finds its files
 * without a restart. Files under `assets/` carry their content's hash in their name and may be kept for ever; the page
 * itself is asked for each time.
 */
export function serveWebFiles(app: FastifyInstance, webRoot: string): void {
  app.register(fastifyStatic, {
    root: webRoot,
    index: "index.html",
    dotfiles: "ignore",
    setHeaders: (reply, path) => {
      const lasting = path.includes("/assets/") || path.includes("\\assets\\");
      reply.header("cache-control", lasting ? "public, max-age=31536000, immutable" : "no-cache");
    },
  });
}

/** A browser asking for a page of the web application rather than for a resource of the API. */
export function wantsPage(method: string, path: string, accept: string | undefined): boolean {
  return (
    method === "GET" && !path.startsWith("/v1/") && !/\.[a-z0-9]+$/i.test(path) && (accept ?? "").includes("text/html")
  );
}
