import { audit, systemActor } from "../../gxp/audit/audit.ts";
import { must } from "../../kernel/base/result.ts";
import type { Database, Machine, Sql } from "../../runtime/machine.ts";
import { captureIn, type CaptureInput, identifiersOfDocument } from "../epcis-repository/capture.handler.ts";
import { otherClass, parseIdentifier, ssccClass } from "../ledger/identifier.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { insertFormer } from "../serial-numbers/allocation.store.ts";
import { classIdOf, registerNumbers } from "../serial-numbers/number-pool.handler.ts";
import { type HistoryFile, insertHistoryFile, loadHistoryFile } from "./history.store.ts";
import { type NumberColumns, numberColumns, usedNumber } from "./number-list.ts";

/** A file of a former system; known by its hash, whatever it is called. */
export type FormerFile = { readonly name: string; readonly sha256: string };
/** `known`: it was taken over before, and nothing was done now. */
export type TakenOver = HistoryFile & { readonly known: boolean };

const numbersAtOnce = 5_000;
const nothing = { events: 0, captured: 0, duplicate: 0, exceptions: 0, numbers: 0, registered: 0 };

/**
 * Puts serial numbers that a former system used on record: those in the domain of a pool now, the others when a pool is
 * opened that has them. One transaction. Throws the refusals `history.*`, `gs1.*`, and `numbers.too-late` once the
 * product's pool has issued numbers.
 */
export function takeOverNumbers(
  machine: Machine,
  database: Database,
  ctx: LedgerContext,
  file: FormerFile,
  lines: () => AsyncIterable<string>,
): Promise<TakenOver> {
  return once(machine, database, ctx, file, "numbers", async (sql) => {
    let [numbers, registered] = [0, 0];
    const keep = async (serials: ReadonlyMap<string, string[]>) => {
      for (const [gtin, list] of serials) {
        const fresh = await insertFormer(sql, await classIdOf(sql, ctx, gtin), [...new Set(list)]);
        numbers += fresh.length;
        registered += must(await registerNumbers(sql, ctx, gtin, fresh, machine.clock.now())).registered;
      }
    };
    let columns: NumberColumns | undefined;
    let batch = new Map<string, string[]>();
    let [held, lineNumber] = [0, 0];
    for await (const raw of lines()) {
      const line = raw.replace(/\r$/, "");
      lineNumber++;
      if (columns === undefined) {
        columns = must(numberColumns(line));
        continue;
      }
      if (line === "") continue;
      const { gtin, serial } = must(usedNumber(line, columns, lineNumber));
      const list = batch.get(gtin);
      if (list === undefined) batch.set(gtin, [serial]);
      else list.push(serial);
      if (++held < numbersAtOnce) continue;
      await keep(batch);
      [batch, held] = [new Map(), 0];
    }
    await keep(batch);
    return { ...nothing, numbers, registered };
  });
}

/**
 * Captures a document of a former system as our own history. Serial numbers in it are put on record first, so that no
 * pool issues them and none of them counts as made up. One transaction. Throws what `capture` throws, and `numbers.too-late`.
 */
export function takeOverEvents(
  machine: Machine,
  database: Database,
  ctx: LedgerContext,
  file: FormerFile,
  input: Pick<CaptureInput, "document" | "contentType">,
): Promise<TakenOver> {
  return once(machine, database, ctx, file, "events", async (sql) => {
    const own: CaptureInput = { ...input, source: "own" };
    const serials = new Map<string, string[]>();
    for (const text of new Set(identifiersOfDocument(own))) {
      const { className, serial } = must(parseIdentifier(text));
      if (className === ssccClass || className === otherClass) continue;
      const list = serials.get(className);
      if (list === undefined) serials.set(className, [serial]);
      else list.push(serial);
    }
    let registered = 0;
    for (const [gtin, list] of serials)
      registered += must(await registerNumbers(sql, ctx, gtin, list, machine.clock.now())).registered;
    const { received, captured, duplicate, exceptions } = await captureIn(sql, machine, ctx, own);
    return { events: received, captured, duplicate, exceptions, numbers: 0, registered };
  });
}

/** What a file brought is kept with its hash, in the same transaction: the second time it brings nothing. */
function once(
  machine: Machine,
  database: Database,
  ctx: LedgerContext,
  { name, sha256 }: FormerFile,
  kind: HistoryFile["kind"],
  work: (sql: Sql) => Promise<typeof nothing>,
): Promise<TakenOver> {
  return database.transaction(async (sql) => {
    const known = await loadHistoryFile(sql, ctx, sha256);
    if (known !== undefined) return { ...known, known: true };
    const taken: HistoryFile = { sha256, name, kind, ...(await work(sql)) };
    const at = machine.clock.now();
    await insertHistoryFile(sql, ctx, taken, at);
    await audit(sql, {
      chain: "history",
      actor: systemActor("console"),
      action: "history.import",
      subject: `history/${sha256}`,
      after: taken,
      at,
      owner: ctx.owner,
    });
    return { ...taken, known: false };
  });
}
