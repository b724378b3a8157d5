import { enterpriseApi } from "../../src/contract/enterprise-api.ts";
import { signatureMeanings } from "../../src/contract/signature-meanings.ts";
import { traceApi, type WorkedException } from "../../src/contract/trace-api.ts";
import { ok, refuse } from "../../src/kernel/base/result.ts";
import type { FakeParts } from "./fake-level.ts";
import { packId } from "./fake-trace.ts";

const quinn = { userId: "018f0000-0000-7000-8000-000000000003", name: "Quinn Quality" };

/** Two open ones, an error and a warning, and one that was resolved. */
export function registerExceptions({ server, sessions, clock }: FakeParts): void {
  const started = clock.now();
  const exception = (number: number, more: Partial<WorkedException>): WorkedException => ({
    exceptionId: `018f5000-0000-7000-8000-00000000000${number}`,
    at: started - number * 5e6,
    code: "shipped-without-commissioning",
    severity: "error",
    subject: packId,
    eventId: "018f5000-0000-7000-8000-0000000000aa",
    message: "Shipped from Basel, but no commissioning is known.",
    state: "open",
    assignedTo: null,
    resolvedAt: null,
    resolvedBy: null,
    reason: null,
    notes: [],
    ...more,
  });
  const list = [
    exception(1, {}),
    exception(2, {
      code: "parent-unknown",
      severity: "warning",
      message: "Packed into a case that nobody commissioned.",
      assignedTo: quinn,
    }),
    exception(3, { message: "Commissioned twice.", state: "resolved", resolvedBy: "quinn", reason: "A copy." }),
  ];
  const one = (exceptionId: string) => list.find((each) => each.exceptionId === exceptionId && each.state === "open");
  const close = (found: WorkedException, reason: string) => {
    Object.assign(found, { state: "resolved", resolvedBy: "quinn", resolvedAt: clock.now(), reason });
    found.notes.push({ at: clock.now(), by: "quinn", kind: "resolved", words: reason });
    return found;
  };
  server.route(traceApi.workedExceptions, ({ query }) => ({
    exceptions: list.filter(
      (each) =>
        each.state === (query.state ?? "open") &&
        (query.severity === undefined || each.severity === query.severity) &&
        (query.unassigned !== true || each.assignedTo === null),
    ),
    more: false,
    open: { error: 1, warning: 1 },
    people: [quinn],
  }));
  server.route(traceApi.assignException, ({ params, body }) => {
    const found = one(params.exceptionId);
    if (found === undefined) return refuse("exception.unknown");
    found.assignedTo = body.userId === null ? null : quinn;
    return ok(found);
  });
  server.route(traceApi.commentException, ({ params, body }) => {
    const found = one(params.exceptionId);
    if (found === undefined) return refuse("exception.unknown");
    found.notes.push({ at: clock.now(), by: "quinn", kind: "comment", words: body.words });
    return ok(found);
  });
  server.route(enterpriseApi.resolveException, ({ params, body }) => {
    const found = one(params.exceptionId);
    if (found === undefined) return refuse("exception.unknown");
    return found.severity === "error" ? refuse("exception.signature-needed") : ok(close(found, body.reason));
  });
  server.route(traceApi.signException, ({ params, body }) => {
    const signed = sessions.sign(body.signature, signatureMeanings.exceptionResolution);
    if (!signed.ok) return signed;
    const found = one(params.exceptionId);
    return found === undefined ? refuse("exception.unknown") : ok(close(found, body.reason));
  });
}
