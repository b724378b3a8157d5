import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commonApi, type MessageLane, type Overview } from "../contract/common-api.ts";
import { refuse } from "../kernel/base/result.ts";
import { argon2Hasher, type HashCost } from "../gxp/people/password-hasher.ts";
import { checkReason } from "../gxp/people/account.ts";
import { auditActor } from "../gxp/audit/audit.ts";
import { credentialsOf, reachOf, serverTls } from "../runtime/level-tls.ts";
import { createServer } from "../runtime/http/server.ts";
import type { Machine, SqliteDatabase } from "../runtime/machine.ts";
import { version } from "../runtime/version.ts";
import type { LineConfig } from "./config.ts";
import type { LinePort } from "./line-port.ts";
import { lineLandscape } from "./landscape.ts";
import { applyLineMessages } from "./messages.ts";
import { createGatewayTables } from "./people/gateway.store.ts";
import { audit, type LinePeople, lineAuthenticator } from "./people/people.ts";
import { registerPeopleRoutes } from "./people/people.routes.ts";
import { registerLineRoutes } from "./routes.ts";
import { startUploader, type UploadState, type Uploader } from "./uploader.ts";

const webRoot = fileURLToPath(new URL("../../web/dist", import.meta.url));
const lane = "site/journal";
const siteTimeoutMs = 1_000;

export type GatewayParts = {
  readonly config: LineConfig;
  readonly machine: Machine;
  readonly port: LinePort;
  readonly hashCost?: HashCost;
};

/**
 * The operator's screen and the seam to the site, beside the verdict path: it can be slow, full or gone without a
 * verdict waiting for it. Its own small file holds people, sessions, audit trail and how far the site has the journal.
 */
export async function startGateway(parts: GatewayParts): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const { config, machine, port } = parts;
  const file = machine.database.sqlite(join(config.dataDir, "gateway.sqlite"));
  createGatewayTables(file);
  const people: LinePeople = {
    file,
    machine,
    environment: config.environment,
    hasher: argon2Hasher(machine.random, parts.hashCost),
  };
  const tls = serverTls(config.tls);
  const site = reachOf(config.site);
  const uploader = startUploader({ lineId: config.lineId, environment: config.environment, site, file, port, machine });
  const verdictPath = async () => {
    await port.devices();
    return null;
  };
  const server = createServer<SqliteDatabase>({
    level: "line",
    instance: config.instance,
    name: `Line ${config.lineId}`,
    version,
    environment: config.environment,
    machine,
    authenticate: lineAuthenticator(people, credentialsOf(config)),
    applyOnce: applyLineMessages(file, machine.clock),
    ready: { "verdict path": verdictPath },
    ...(tls === undefined ? {} : { tls }),
    signIn: { password: true, badge: true, provider: null },
    ...(existsSync(webRoot) ? { webRoot } : {}),
  });
  registerPeopleRoutes(server, people);
  registerLineRoutes(server, { port, people });
  server.route(commonApi.overview, () => overview(parts, uploader, verdictPath));
  const unsubscribe = port.subscribe(() => server.changes.tell());
  let url: string | null = null;
  server.route(commonApi.levels, async () => {
    const devices = Object.values(await port.devices().catch(() => ({})));
    return [
      { level: "line" as const, known: 1, alive: 1 },
      { level: "device" as const, known: devices.length, alive: devices.filter(({ up }) => up).length },
    ];
  });
  server.route(commonApi.landscape, async () =>
    lineLandscape(await overview(parts, uploader, verdictPath), url, await port.devices().catch(() => ({}))),
  );
  server.route(commonApi.lanes, () => [laneOf(uploader.state(), machine.clock.now())]);
  server.route(commonApi.resendMessage, ({ params, body, actor, traceId }) => {
    const reason = checkReason(body.reason);
    if (!reason.ok) return reason;
    if (!uploader.resume(params.messageId)) return refuse("http.not-found");
    file.transaction(() =>
      audit(people, auditActor(actor), {
        action: "message.resend",
        subject: `message/${params.messageId}`,
        before: undefined,
        after: { lane, reason: reason.value },
        traceId,
      }),
    );
    return { accepted: true as const };
  });
  const served = await machine.network.serve(server, config.listen);
  url = served.url;
  return {
    url: served.url,
    async stop() {
      unsubscribe();
      await served.close();
      await uploader.stop();
      file.close();
    },
  };
}

async function overview(
  { config, machine, port }: GatewayParts,
  uploader: Uploader,
  verdictPath: () => Promise<string | null>,
): Promise<Overview> {
  const upload = uploader.state();
  const [problem, runs, devices, reachable] = await Promise.all([
    verdictPath().catch((error: unknown) => String(error)),
    port.runs().catch(() => []),
    port.devices().catch(() => ({})),
    isAlive(machine, config.site.url),
  ]);
  const now = machine.clock.now();
  const [current] = runs.filter((run) => run.state !== "Idle");
  const waiting = Math.max(0, upload.head - upload.acknowledged);
  return {
    level: "line",
    instance: config.instance,
    name: `Line ${config.lineId}`,
    environment: config.environment,
    version,
    now,
    readiness: [
      { check: "verdict path", problem },
      ...Object.entries(devices).map(([device, { up }]) => ({
        check: `device ${device}`,
        problem: up ? null : "not connected",
      })),
    ],
    counters: [
      { key: "packsPerMinute", label: "Packs a minute", value: current?.packsPerMinute ?? 0 },
      { key: "packed", label: "Packs in closed cases", value: current?.packed ?? 0 },
      {
        key: "rejected",
        label: "Rejects of this run",
        value: current ? current.rejects.printVerify + current.rejects.downstream : 0,
      },
      { key: "alarms", label: "Alarms", value: current?.alarms.length ?? 0 },
      { key: "journalEntries", label: "Journal entries", value: upload.head },
    ],
    queues: [
      {
        lane,
        waiting,
        oldestAt: upload.batch?.oldestAt ?? null,
        state: upload.stopped ? "stopped" : waiting > 0 ? "waiting" : "flowing",
      },
    ],
    neighbours: [
      {
        level: "site",
        instance: "site",
        name: "Site",
        direction: "up",
        url: config.site.url,
        reachable,
        lastHeardAt: reachable ? now : upload.lastHeardAt,
      },
    ],
  };
}

function laneOf(state: UploadState, now: number): MessageLane {
  return {
    lane,
    destination: "site",
    waiting: Math.max(0, state.head - state.acknowledged),
    stopped: state.stopped,
    nextAt: now,
    lastError: state.lastError,
    oldest: state.batch && {
      messageId: state.batch.messageId,
      at: state.batch.oldestAt,
      state: state.stopped ? "refused" : state.batch.attempts > 0 ? "ambiguous" : "waiting",
      attempts: state.batch.attempts,
      path: "/v1/lines/:lineId/journal",
    },
  };
}

async function isAlive(machine: Machine, url: string): Promise<boolean> {
  try {
    const reply = await machine.network.fetch({
      method: "GET",
      url: `${url}/health`,
      headers: {},
      timeoutMs: siteTimeoutMs,
    });
    return reply.status === 200;
  } catch {
    return false;
  }
}
