import { lineApi, type RunView } from "../contract/line-api.ts";
import type { Right } from "../contract/rights.ts";
import type { SignatureInput, SignatureRecord } from "../contract/shapes.ts";
import { signatureMeanings } from "../contract/signature-meanings.ts";
import { refuse, type Result } from "../kernel/base/result.ts";
import { canonicalHash } from "../runtime/canonical-hash.ts";
import { type Actor, personOf } from "../runtime/http/actor.ts";
import type { HttpServer } from "../runtime/http/server-options.ts";
import type { SqliteDatabase } from "../runtime/machine.ts";
import type { LinePort } from "./line-port.ts";
import { type LinePeople, signTogether } from "./people/people.ts";
import type { RunCommand } from "./run/line.ts";

type Parts = { readonly port: LinePort; readonly people: LinePeople };

/** One of the two signatures under a command: who gives it, what it means, which right it needs. */
type Asked = { readonly input: SignatureInput; readonly meaning: string; readonly right: Right };

type Together = {
  readonly actor: Actor;
  readonly traceId: string;
  readonly runId: string;
  /** The command as it will be given, with the signatures under it. */
  readonly command: (by: string, signatures: readonly SignatureRecord[]) => RunCommand;
  /** What the signatures are under, as the audit trail names it. */
  readonly subject: string;
  readonly content: (run: RunView) => object;
  readonly signers: readonly [Asked, Asked];
};

/** The commands that two people sign; nothing is signed that the line would refuse. */
export function registerSignedRoutes(server: HttpServer<SqliteDatabase>, parts: Parts): void {
  server.route(lineApi.clearLine, ({ params: { runId }, body, actor, traceId }) => {
    const { right } = lineApi.clearLine;
    const { checklist } = body;
    return signed(parts, {
      actor,
      traceId,
      runId,
      subject: "line-clearance",
      command: (_by, signatures) => ({ name: "clearLine", runId, checklist, signatures }),
      content: ({ workOrderId, gtin, lot }) => ({ runId, workOrderId, gtin, lot, checklist }),
      signers: [
        { input: body.performed, meaning: signatureMeanings.clearancePerformed, right },
        { input: body.verified, meaning: signatureMeanings.clearanceVerified, right },
      ],
    });
  });
  server.route(lineApi.dispose, ({ params: { runId }, body, actor, traceId }) => {
    const { right } = lineApi.dispose;
    const { reason } = body;
    return signed(parts, {
      actor,
      traceId,
      runId,
      subject: "bin-disposition",
      command: (by, signatures) => ({ name: "dispose", runId, by, reason, signatures }),
      content: ({ rejects, binCounted }) => ({ runId, rejects, binCounted, reason }),
      signers: [
        { input: body.performed, meaning: signatureMeanings.dispositionPerformed, right },
        { input: body.witnessed, meaning: signatureMeanings.dispositionWitnessed, right },
      ],
    });
  });
  server.route(lineApi.writeOffMissing, ({ params: { runId }, body, actor, traceId }) => {
    const { right, witnessRight = right } = lineApi.writeOffMissing;
    const { performed, witnessed, ...statement } = body;
    return signed(parts, {
      actor,
      traceId,
      runId,
      subject: "missing-packs",
      command: (by, signatures) => ({ name: "writeOffMissing", runId, by, ...statement, signatures }),
      content: ({ bin }) => ({ runId, bin, ...statement }),
      signers: [
        { input: performed, meaning: signatureMeanings.writeOffPerformed, right },
        { input: witnessed, meaning: signatureMeanings.writeOffWitnessed, right: witnessRight },
      ],
    });
  });
}

/** Both signatures under the run as it stands, the first by the person signed in, the second by another; then the command. */
async function signed({ port, people }: Parts, asked: Together): Promise<Result<RunView>> {
  const { runId, command, subject, content, signers, traceId } = asked;
  const person = personOf(asked.actor);
  if (!person.ok) return person;
  const { userId, name } = person.value;
  const run = await port.run(runId);
  if (!run) return refuse("line.run-unknown");
  const refusal = await port.refusal(command(userId, []));
  if (refusal !== null) return { ok: false, refusal };
  const [first, second] = signers;
  const signing = { record: `run/${runId}/${subject}`, recordHash: canonicalHash(content(run)), traceId };
  const signatures = await signTogether(people, [
    { ...signing, ...first, mustBe: name },
    { ...signing, ...second },
  ]);
  return signatures.ok ? port.command(command(userId, signatures.value)) : signatures;
}
