import { Agent, request } from "node:http";
import { setTimeout } from "node:timers/promises";
import { isMainThread, parentPort, workerData } from "node:worker_threads";

export type Requests = {
  readonly url: string;
  readonly path: string;
  /** Connections that are kept open, each with one request at a time. */
  readonly callers: number;
  /** Requests a second, whether the last was answered or not; without it each caller sends as soon as it was answered. */
  readonly pacePerSecond?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A header that differs from request to request, where one does. */
  readonly numbered?: { readonly header: string; readonly prefix: string };
  readonly bodies: readonly string[];
};
export type Answer = { readonly status: number; readonly ms: number; readonly body: string; readonly at: number };

/** From the first byte of the request to the last of the answer; paced ones from the moment they were due. */
async function callAll(requests: Requests): Promise<Answer[]> {
  const { bodies, callers, pacePerSecond } = requests;
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const answers: Answer[] = [];
  const began = performance.now();
  if (pacePerSecond !== undefined) {
    const pending: Promise<void>[] = [];
    for (const [index] of bodies.entries()) {
      const due = began + (index * 1_000) / pacePerSecond;
      const early = due - performance.now();
      if (early > 0) await setTimeout(early);
      pending.push(
        send(requests, agent, index).then((answer) => {
          answers[index] = { ...answer, ms: performance.now() - due };
        }),
      );
    }
    await Promise.all(pending);
  } else {
    let next = 0;
    const line = async () => {
      for (let index = next++; index < bodies.length; index = next++) {
        const from = performance.now();
        const answer = await send(requests, agent, index);
        answers[index] = { ...answer, ms: performance.now() - from };
      }
    };
    await Promise.all(Array.from({ length: callers }, line));
  }
  agent.destroy();
  return answers;
}

function send(requests: Requests, agent: Agent, index: number): Promise<Omit<Answer, "ms">> {
  const { url, path, headers, numbered, bodies } = requests;
  const own = numbered && { [numbered.header]: numbered.prefix + String(index).padStart(12, "0") };
  return new Promise((resolve, reject) => {
    const call = request(`${url}${path}`, { method: "POST", agent, headers: { ...headers, ...own } }, (reply) => {
      const parts: Buffer[] = [];
      reply.on("data", (part: Buffer) => parts.push(part));
      reply.on("end", () =>
        resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(parts).toString(), at: performance.now() }),
      );
      reply.on("error", reject);
    });
    call.on("error", reject);
    call.end(bodies[index]);
  });
}

if (!isMainThread) parentPort?.postMessage(await callAll(workerData as Requests), []);
