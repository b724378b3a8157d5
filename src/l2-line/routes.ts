import { lineApi, type RunView } from "../contract/line-api.ts";
import { ok, refuse, type Result } from "../kernel/base/result.ts";
import { auditActor } from "../gxp/audit/audit.ts";
import { canonicalHash } from "../runtime/canonical-hash.ts";
import { type Actor, personOf } from "../runtime/http/actor.ts";
import { answerBytes } from "../runtime/http/answer.ts";
import type { HttpServer } from "../runtime/http/server-options.ts";
import type { SqliteDatabase } from "../runtime/machine.ts";
import type { LinePort } from "./line-port.ts";
import { type LinePeople, receivePeople, signTogether } from "./people/people.ts";
import type { Command } from "./run/line.ts";

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
  server.route(lineApi.unhold, ({ params, actor }) =>
    command(actor, (by) => ({ name: "unhold", runId: params.runId, by })),
  );
  for (const name of ["hold", "complete", "abort"] as const) {
    server.route(lineApi[name], ({ params, body, actor }) =>
      command(actor, (by) => ({ name, runId: params.runId, by, reason: body.reason })),
    );
  }
  server.route(lineApi.countBin, ({ params, body, actor }) =>
    command(actor, (by) => ({ name: "countBin", runId: params.runId, by, counted: body.counted })),
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
  registerSigned(server, { port, people }, found);
}

/** The two commands that two people sign; nothing is signed that the line would refuse. */
function registerSigned(
  server: HttpServer<SqliteDatabase>,
  { port, people }: RouteParts,
  found: (runId: string) => Promise<Result<RunView>>,
): void {
  server.route(lineApi.clearLine, async ({ params, body, actor, traceId }) => {
    const person = personOf(actor);
    if (!person.ok) return person;
    const run = await found(params.runId);
    if (!run.ok) return run;
    const { runId, workOrderId, gtin, lot } = run.value;
    const code = await port.refusal(runId, "clearLine");
    if (code !== null) return refuse(code, run.value.state);
    const recordHash = canonicalHash({ runId, workOrderId, gtin, lot, checklist: body.checklist });
    const signing = { record: `run/${runId}/line-clearance`, recordHash, right: "run.clear-line", traceId } as const;
    const signatures = await signTogether(people, [
      {
        ...signing,
        meaning: body.performed.meaning ?? "line clearance performed",
        input: body.performed,
        mustBe: person.value.name,
      },
      { ...signing, meaning: body.verified.meaning ?? "line clearance verified", input: body.verified },
    ]);
    return signatures.ok
      ? port.command({ name: "clearLine", runId, checklist: body.checklist, signatures: signatures.value })
      : signatures;
  });
  server.route(lineApi.dispose, async ({ params, body, actor, traceId }) => {
    const person = personOf(actor);
    if (!person.ok) return person;
    const run = await found(params.runId);
    if (!run.ok) return run;
    const { runId, rejects, binCounted } = run.value;
    const code = await port.refusal(runId, "dispose");
    if (code !== null) return refuse(code, run.value.state);
    const recordHash = canonicalHash({ runId, rejects, binCounted, reason: body.reason });
    const signing = { record: `run/${runId}/bin-disposition`, recordHash, right: "run.rework", traceId } as const;
    const signatures = await signTogether(people, [
      {
        ...signing,
        meaning: body.performed.meaning ?? "bin disposed of",
        input: body.performed,
        mustBe: person.value.name,
      },
      { ...signing, meaning: body.witnessed.meaning ?? "disposition witnessed", input: body.witnessed },
    ]);
    if (!signatures.ok) return signatures;
    return port.command({
      name: "dispose",
      runId,
      by: person.value.userId,
      reason: body.reason,
      signatures: signatures.value,
    });
  });
}
