import { lineApi } from "../../contract/line-api.ts";
import type { Envelope } from "../../contract/envelope.ts";
import type { PeopleSnapshot } from "../../contract/people.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Sql } from "../../runtime/machine.ts";
import { enqueue, jsonMessage } from "../../runtime/messages/outbox.ts";
import { systemActor } from "../../gxp/audit/audit.ts";
import { exportPeople, importPeople } from "../../gxp/people/people-replication.ts";
import { lineDestination, servesOwner, type Site } from "../site.ts";
import { passedOn, savePassedOn } from "./people.store.ts";

/**
 * Takes over the people of an owner's level 4, in the message's transaction; each owner's are kept apart, and a lower
 * revision than the one held changes nothing. Passed on to every line. Refuses `site.owner-unknown`.
 */
export async function receivePeople(
  site: Site,
  sql: Sql,
  snapshot: PeopleSnapshot,
  envelope: Envelope,
): Promise<Result<{ accepted: true }>> {
  const { config, machine } = site;
  const { owner, traceId } = envelope;
  if (!servesOwner(config, owner)) return refuse("site.owner-unknown", owner);
  const source = `enterprise/${owner}`;
  const imported = await importPeople(sql, snapshot, {
    source,
    now: machine.clock.now(),
    by: { actor: systemActor(source), traceId },
  });
  if (imported.conflicts.length > 0) {
    machine.log.warn("people were left out: their user names are taken here", { owner, userNames: imported.conflicts });
  }
  await passPeopleOn(site, sql, traceId);
  return ok({ accepted: true });
}

/** Tells the lines that do not have them yet who may sign in: everybody of this site, whichever owner issued them. */
export async function passPeopleOn(site: Site, sql: Sql, traceId: string): Promise<void> {
  const { config, machine } = site;
  const snapshot = await exportPeople(sql);
  const held = await passedOn(sql);
  const at = machine.clock.now();
  for (const { lineId } of config.lines) {
    if ((held.get(lineId) ?? 0) >= snapshot.revision) continue;
    await savePassedOn(sql, lineId, config.environment, snapshot.revision);
    await enqueue(
      sql,
      jsonMessage({
        messageId: machine.random.uuid7(),
        destination: lineDestination(lineId),
        orderKey: "people",
        method: "PUT",
        path: lineApi.replicatePeople.path,
        json: snapshot,
        owner: config.site.gln,
        environment: config.environment,
        traceId,
        at,
      }),
    );
  }
}
