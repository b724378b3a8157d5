import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Endpoint } from "../../contract/endpoint.ts";
import { RefusalError } from "../../kernel/base/result.ts";
import { type Problem, problemMediaType, problemOfError } from "./problem.ts";
import type { ServerOptions } from "./server-options.ts";
import { wantsPage } from "./web-files.ts";

const retryAfterSeconds = 2;

/** Everything that is no reply of a handler: refusals, faults, bugs, unknown addresses; and the web's pages. */
export function addErrorReplies<Tx>(
  app: FastifyInstance,
  options: ServerOptions<Tx>,
  endpoints: readonly Endpoint[],
): void {
  app.setErrorHandler((error, request, reply) => replyProblem(options, error, request, reply));
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split("?")[0] ?? "/";
    if (options.webRoot !== undefined && wantsPage(request.method, path, request.headers.accept))
      return reply.sendFile("index.html");
    const methods = endpoints.filter((endpoint) => fits(endpoint.path, path)).map(({ method }) => method);
    if (methods.length > 0) reply.header("allow", methods.join(", "));
    return replyProblem(
      options,
      new RefusalError({ code: methods.length > 0 ? "http.method" : "http.not-found" }),
      request,
      reply,
    );
  });
}

function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  return wanted.length === given.length && wanted.every((part, index) => part.startsWith(":") || part === given[index]);
}

function replyProblem<Tx>(
  options: ServerOptions<Tx>,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { traceId } = request.packtrail;
  const { problem, bug } = problemOfError(error, { traceId, instance: request.url.split("?")[0] ?? "/" });
  if (bug) {
    const stack = error instanceof Error ? error.stack : String(error);
    options.machine.log.error("bug in a request", {
      traceId,
      method: request.method,
      path: problem.instance,
      error: stack,
    });
    options.onBug?.(error);
  }
  if (problem.status === 401) reply.header("www-authenticate", 'Bearer realm="packtrail"');
  if (problem.status === 503) reply.header("retry-after", String(retryAfterSeconds));
  const dialect = (request.routeOptions.config as { problem?: (problem: Problem) => object }).problem;
  return reply
    .status(problem.status)
    .header("content-type", problemMediaType)
    .send(Buffer.from(JSON.stringify(dialect?.(problem) ?? problem)));
}
