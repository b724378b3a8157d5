import { parentPort } from "node:worker_threads";
import type { ReaderJob, SymbolRead, TextCheck } from "../../contract/device-port.ts";
import type { Picture } from "../raster/picture.ts";
import { decode, prepareDecoder } from "./decode.ts";
import { checkText } from "./text-check.ts";

/** Decoding takes milliseconds of pure computing: it has a thread, so that sockets never wait for it. */
export type DecodeRequest = { readonly id: number; readonly picture: Picture; readonly job: ReaderJob };
export type DecodeReply = { readonly id: number; readonly symbols: readonly SymbolRead[]; readonly text?: TextCheck };

const port = parentPort;
if (port) {
  await prepareDecoder();
  let chain = Promise.resolve();
  port.on("message", (request: DecodeRequest) => {
    chain = chain.then(async () => port.postMessage(await answer(request)));
  });
  port.postMessage("ready");
}

async function answer({ id, picture, job }: DecodeRequest): Promise<DecodeReply> {
  const found = await decode(picture, job);
  const symbols = found.map(({ elements, symbology, corners, grade }) => ({ elements, symbology, corners, grade }));
  const [first] = found;
  if (job.textLines === undefined) return { id, symbols };
  const text = first ? checkText(picture, first, job.textLines) : { matched: false, scoreMin: 0 };
  return { id, symbols, text };
}
