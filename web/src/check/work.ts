import { useEffect, useRef, useState } from "react";
import type { Refusal } from "../../../src/kernel/base/result.ts";
import type { Note } from "../../../src/kernel/epcis/model.ts";
import type { FileReport } from "./file-check.ts";
import type { ConvertOptions } from "./file-convert.ts";

export type Task =
  | { readonly type: "check"; readonly file: Blob; readonly profile?: "dscsa" }
  | { readonly type: "convert"; readonly file: Blob; readonly options: ConvertOptions };

export type Outcome =
  | { readonly type: "report"; readonly report: FileReport }
  | { readonly type: "converted"; readonly blob: Blob; readonly notes: readonly Note[]; readonly noteCount: number }
  | { readonly type: "refused"; readonly refusal: Refusal };

export type Answer = { readonly type: "progress"; readonly share: number } | Outcome;

/** What the thread of the page's own is doing; a new task ends the one before. */
export function useWork(done: (outcome: Outcome) => void) {
  const [share, setShare] = useState<number | null>(null);
  const worker = useRef<Worker | null>(null);
  const stop = () => {
    worker.current?.terminate();
    worker.current = null;
    setShare(null);
  };
  useEffect(() => stop, []);
  const start = (task: Task) => {
    stop();
    setShare(0);
    const own = new Worker(new URL("check-worker.ts", import.meta.url), { type: "module" });
    worker.current = own;
    own.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      if (data.type === "progress") return setShare(data.share);
      stop();
      done(data);
    });
    own.addEventListener("error", ({ message }) => {
      stop();
      done({ type: "refused", refusal: { code: "epcis.unreadable", at: "", message } });
    });
    own.postMessage(task, []);
  };
  return { share, start, stop };
}
