import { mkdirSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Static, Type } from "typebox";
import { Name } from "../../../contract/shapes.ts";
import { ListenConfig } from "../../../runtime/level-config.ts";
import type { Listener, Machine, SqliteDatabase } from "../../../runtime/machine.ts";
import { type HubAnswer, type HubRequest, hubSuccess, parseHubRequest, printHubAnswer } from "./messages.ts";
import { judgePack, judgeUpload, type SandboxLot, type SandboxPack } from "./sandbox-rules.ts";

export const EuHubSandboxConfig = Type.Object({
  instance: Name,
  listen: ListenConfig,
  dataDir: Type.String({ minLength: 1 }),
});
export type EuHubSandboxConfig = Static<typeof EuHubSandboxConfig>;

const bodyBytesMax = 32 * 1024 * 1024;
const schema = `
create table if not exists product (gtin text primary key) strict;
create table if not exists lot (gtin text, lot text, expiry text, primary key (gtin, lot)) strict;
create table if not exists pack (gtin text, serial text, lot text, state text, primary key (gtin, serial)) strict;
create table if not exists answered (trx_id text primary key, answer text) strict;
`;

/**
 * SIMULATED: a small stand-in for the European hub and one national system, for demonstrations and tests. It speaks
 * SOAP over HTTP, keeps what it was told, and answers the same transaction id with the same answer.
 */
export async function startEuHubSandbox(
  config: EuHubSandboxConfig,
  machine: Machine,
): Promise<{ url: string; addresses: { label: string; url: string }[]; stop(): Promise<void> }> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const database = machine.database.sqlite(join(config.dataDir, "eu-hub-sandbox.sqlite"));
  for (const statement of schema.split(";").filter((each) => each.trim() !== "")) database.run(statement);
  const listener = soapListener((body) => answerSoap(database, machine, body));
  const served = await machine.network.serve(listener, config.listen);
  return {
    url: served.url,
    addresses: [{ label: "SIMULATED hub", url: served.url }],
    async stop() {
      await served.close();
      database.close();
    },
  };
}

type Reply = { readonly status: number; readonly headers: Record<string, string>; readonly text: string };

/** The hub is a stranger's system: plain HTTP with nothing of our own server in it. */
function soapListener(answer: (body: string) => string): Listener {
  const reply = (body: string): Reply => {
    try {
      return {
        status: 200,
        headers: { "content-type": "application/soap+xml; charset=utf-8", "packtrail-simulated": "eu-hub" },
        text: answer(body),
      };
    } catch (error) {
      return {
        status: 400,
        headers: { "content-type": "text/plain" },
        text: `SIMULATED hub: ${(error as Error).message}\n`,
      };
    }
  };
  const server = createServer((request, response) => {
    void readBody(request)
      .then(
        reply,
        (error: Error): Reply => ({
          status: 400,
          headers: { "content-type": "text/plain" },
          text: `${error.message}\n`,
        }),
      )
      .then(({ status, headers, text }) => response.writeHead(status, headers).end(text));
  });
  return {
    async listen({ host, port }) {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, resolve);
      });
      return `http://${host}:${(server.address() as AddressInfo).port}`;
    },
    async inject(request) {
      const { status, headers, text } = reply(Buffer.from(request.body ?? "").toString("utf8"));
      return { status, headers, body: Buffer.from(text) };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bodyBytesMax) throw new Error(`more than ${bodyBytesMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function answerSoap(database: SqliteDatabase, machine: Machine, body: string): string {
  const parsed = parseHubRequest(body);
  if (!parsed.ok) throw new Error(`${parsed.refusal.code} ${parsed.refusal.message ?? ""}`);
  const request = parsed.value;
  const answer = database.transaction(() => answerOnce(database, request));
  return printHubAnswer(request, answer, new Date(machine.clock.now()).toISOString(), machine.random.uuid7());
}

function answerOnce(database: SqliteDatabase, request: HubRequest): HubAnswer {
  const known = database.all<{ answer: string }>("select answer from answered where trx_id = ?", request.trxId)[0];
  if (known) return JSON.parse(known.answer) as HubAnswer;
  const answer = request.kind === "pack-data" ? upload(database, request) : transact(database, request);
  database.run("insert into answered values (?, ?)", request.trxId, JSON.stringify(answer));
  return answer;
}

function upload(database: SqliteDatabase, request: Extract<HubRequest, { kind: "pack-data" }>): HubAnswer {
  const answer = judgeUpload(request);
  if (answer.code !== hubSuccess) return answer;
  database.run("insert or ignore into product values (?)", request.gtin);
  database.run("insert or ignore into lot values (?, ?, ?)", request.gtin, request.lot, request.expiry);
  for (const serial of request.serials)
    database.run("insert or ignore into pack values (?, ?, ?, 'active')", request.gtin, serial, request.lot);
  return answer;
}

function transact(database: SqliteDatabase, request: Exclude<HubRequest, { kind: "pack-data" }>): HubAnswer {
  const { gtin, serial, lot } = request.pack;
  const answer = judgePack(request, {
    product: database.all("select 1 from product where gtin = ?", gtin).length > 0,
    lot: database.all<SandboxLot>("select expiry from lot where gtin = ? and lot = ?", gtin, lot)[0],
    pack: database.all<SandboxPack>("select lot, state from pack where gtin = ? and serial = ?", gtin, serial)[0],
  });
  if (answer.code === hubSuccess && request.kind !== "verify") {
    database.run("update pack set state = ? where gtin = ? and serial = ?", request.kind, gtin, serial);
  }
  return answer;
}
