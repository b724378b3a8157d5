import { lineApi, type RunView } from "../contract/line-api.ts";
import { ok, refuse, type Result } from "../kernel/base/result.ts";
import { auditActor } from "../gxp/audit/audit.ts";
import { type Actor, personOf } from "../runtime/http/actor.ts";
import { answerBytes } from "../runtime/http/answer.ts";
import type { HttpServer } from "../runtime/http/server-options.ts";
import type { SqliteDatabase } from "../runtime/machine.ts";
import type { LinePort } from "./line-port.ts";
import { type LinePeople, receivePeople } from "./people/people.ts";
import type { Command } from "./run/line.ts";
import { registerSignedRoutes } from "./signed.routes.ts";

/** An order with a million numbers. */
const orderBytesMax = 64 * 1024 * 1024;
const numbersDefault = 200;

export type RouteParts = { readonly port: LinePort; readonly people: LinePeople };

/** HTTP of `contract/line-api.ts`. Every rule is the verdict process's; here is only who asks. */
export function registerLineRoutes(server: HttpServer<SqliteDatabase>, { port, people }: RouteParts): void {
  const found = async (runId: string): Promise<Result<RunView>> => {
    const run = await port.run(runId);
    return run ? ok(run) : refuse("line.run-unknown");
  };
  const command = async (actor: Actor, make: (by: string) => Command): Promise<Result<RunView>> => {
    const person = personOf(actor);
    return person.ok ? port.command(make(person.value.userId)) : person;
  };

  server.message(
    lineApi.prepareRun,
    async ({ params, body, envelope }) => {
      if (body.runId !== params.runId) return refuse("http.invalid", "/runId");
      if (body.environment !== envelope.environment) return refuse("seam.environment", "/environment");
      if (body.owner !== envelope.owner) return refuse("gxp.owner-scope", "/owner");
      const prepared = await port.command({ name: "prepareRun", order: body });
      return prepared.ok ? { accepted: true as const } : prepared;
    },
    { bodyMaxBytes: orderBytesMax },
  );
  server.message(lineApi.replicatePeople, async ({ body, actor, traceId }) => {
    receivePeople(people, body, auditActor(actor), traceId);
    return { accepted: true as const };
  });
  server.route(lineApi.runs, () => port.runs());
  server.route(lineApi.run, ({ params }) => found(params.runId));
  server.route(lineApi.start, ({ params, actor }) =>
    command(actor, (by) => ({ name: "start", runId: params.runId, by })),
  );
  server.route(lineApi.unhold, ({ params, body, actor }) =>
    command(actor, (by) => ({ name: "unhold", runId: params.runId, by, reason: body.confirmed })),
  );
  for (const name of ["hold", "complete", "abort"] as const) {
    server.route(lineApi[name], ({ params, body, actor }) =>
      command(actor, (by) => ({ name, runId: params.runId, by, reason: body.reason })),
    );
  }
  server.route(lineApi.countBin, ({ params, body, actor }) =>
    command(actor, (by) => ({ name: "countBin", runId: params.runId, by, counted: body.counted })),
  );
  server.route(lineApi.judgeAgain, ({ params: { runId, index }, body, actor }) =>
    command(actor, (by) => ({ name: "judgeAgain", runId, by, index: Number(index), ...body })),
  );
  server.route(lineApi.sample, ({ params, body, actor }) =>
    command(actor, (by) => ({ name: "sample", runId: params.runId, by, ...body })),
  );
  server.route(lineApi.numbers, async ({ params, query }) => {
    const { limit = numbersDefault, ...wanted } = query;
    const numbers = await port.numbers(params.runId, { ...wanted, limit });
    return numbers ? ok(numbers) : refuse("line.run-unknown");
  });
  server.route(lineApi.image, async ({ params }) => {
    const picture = await port.image(params.imageId);
    return picture
      ? answerBytes(picture, "image/png", { headers: { "cache-control": "private, max-age=3600" } })
      : refuse("line.image-gone");
  });
  server.events(
    "/v1/live",
    "run.read",
    (_call, send) => port.subscribe((snapshot) => void send({ event: "runs", data: snapshot.runs })),
    "The runs of this line as they change",
  );
  registerSignedRoutes(server, { port, people });
}
