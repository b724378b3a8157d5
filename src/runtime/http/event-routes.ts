import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Endpoint } from "../../contract/endpoint.ts";
import { must, RefusalError } from "../../kernel/base/result.ts";
import { anonymous } from "./actor.ts";
import { securityHeaders } from "./browser-guard.ts";
import type { EventStreams } from "./event-streams.ts";
import { evidenceOf, headersOf, mayCall, type Pipeline } from "./pipeline.ts";
import type { ServerOptions, Subscribe } from "./server-options.ts";

export type EventParts<Tx> = {
  readonly app: FastifyInstance;
  readonly options: ServerOptions<Tx>;
  readonly pipeline: Pipeline;
  readonly streams: EventStreams;
};

/** A live page's feed: the right is asked for at its start and again at every heartbeat. */
export function addEvents<Tx>(
  { app, options, pipeline, streams }: EventParts<Tx>,
  endpoint: Endpoint,
  subscribe: Subscribe,
): void {
  const allowed = async (request: FastifyRequest) =>
    mayCall(await pipeline.authenticate(evidenceOf(request, pipeline.cookieName)), endpoint.right);
  app.get(endpoint.path, async (request, reply) => {
    const actor = endpoint.right === "public" ? anonymous : must(await allowed(request));
    request.packtrail.actor = actor;
    if (streams.full()) throw new RefusalError({ code: "http.too-many-streams" });
    reply.hijack();
    const headers = { ...securityHeaders, "packtrail-trace": request.packtrail.traceId };
    const stream = streams.start(
      reply.raw,
      headers,
      async () => endpoint.right === "public" || (await allowed(request)).ok,
    );
    const lastEventId = headersOf(request)["last-event-id"];
    const query = request.query as Readonly<Record<string, unknown>>;
    const params = request.params as Readonly<Record<string, string>>;
    try {
      stream.onEnd(
        await subscribe({ actor, query, params, ...(lastEventId === undefined ? {} : { lastEventId }) }, stream.send),
      );
    } catch (error) {
      // The head is out: the page sees its stream end and asks again.
      options.machine.log.error("live page failed", {
        path: endpoint.path,
        traceId: request.packtrail.traceId,
        error: String(error),
      });
      stream.close();
    }
  });
}
