import type { Emit, Reader, ReaderEvent, ReaderJob } from "../../contract/device-port.ts";
import { Fault } from "../../runtime/fault.ts";
import type { Machine } from "../../runtime/machine.ts";
import type { Address } from "../wire/address.ts";
import { keepConnected } from "../wire/link.ts";
import { waitingRoom } from "../wire/waiting.ts";
import { dmccStatus, jobCommands, messageFramer, printCommand, type CameraMessage } from "./protocol.ts";

export const datamanDriverLimits = {
  answerTimeoutMs: 2_000,
  imageTimeoutMs: 5_000,
  /** A camera that is silent for this long is asked for its type; without an answer the link is cut. */
  aliveEveryMs: 1_000,
} as const;

export type DatamanConfig = { readonly address: Address; readonly simulated: boolean };

type Answer = { readonly status: number; readonly body: string };

/** A DataMan reader with our communication script. Emits one `read` for each picture it judged. */
export function openDataman(
  config: DatamanConfig,
  machine: Pick<Machine, "clock" | "log">,
  emit: Emit<ReaderEvent>,
): Reader {
  const { clock, log } = machine;
  const answers = waitingRoom<number, Answer>(clock, "reader.no-answer");
  let framer = messageFramer();
  let lastId = 0;

  const hear = (message: CameraMessage) => {
    if (message.type === "answer") answers.answer(message.id, message);
    else if (message.type === "result") emit({ type: "read", ...message.result });
    else {
      log.warn("camera said something unknown", { code: message.code, text: message.text });
      emit({ type: "fault", code: message.code, detail: message.text });
    }
  };
  const link = keepConnected(config.address, clock, {
    opened() {
      framer = messageFramer();
      link.send(printCommand(0, "SET COM.DMCC-RESPONSE 1"));
      emit({ type: "link", up: true });
    },
    bytes(chunk) {
      for (const message of framer(chunk)) hear(message);
    },
    closed(detail) {
      answers.fail("ambiguous", "reader.link-lost", "the connection went before the answer came");
      emit({ type: "link", up: false, detail });
    },
  });
  const ask = (command: string, patienceMs: number = datamanDriverLimits.answerTimeoutMs): Promise<Answer> => {
    const id = (lastId % 999_999_999) + 1;
    lastId = id;
    if (!link.send(printCommand(id, command)))
      throw new Fault("transient", "reader.offline", "the camera is not connected");
    return answers.expect(id, patienceMs, command);
  };
  const demand = async (command: string): Promise<string> => {
    const { status, body } = await ask(command);
    if (status !== dmccStatus.ok)
      throw new Fault("permanent", "reader.refused", `${command} was answered with status ${status}`);
    return body;
  };

  const ended = new AbortController();
  const watch = async () => {
    while (!ended.signal.aborted) {
      await clock.sleep(datamanDriverLimits.aliveEveryMs, ended.signal);
      if (ended.signal.aborted || !link.connected()) continue;
      try {
        await ask("GET DEVICE.TYPE");
      } catch {
        if (!ended.signal.aborted) link.drop("the camera does not answer");
      }
    }
  };
  const watching = watch();

  return {
    identity: { maker: "Cognex", model: "DataMan", simulated: config.simulated },
    async loadJob(job: ReaderJob) {
      for (const command of jobCommands(job)) await demand(command);
    },
    async triggerCount() {
      return Number(await demand("GET SCRIPT.TRIGGER-COUNT"));
    },
    async image(imageId) {
      const { status, body } = await ask(`GET SCRIPT.IMAGE ${imageId}`, datamanDriverLimits.imageTimeoutMs);
      return status === dmccStatus.ok ? new Uint8Array(Buffer.from(body, "base64")) : undefined;
    },
    async close() {
      ended.abort();
      await link.close();
      answers.fail("ambiguous", "reader.closed", "the driver was closed");
      await watching;
    },
  };
}
