import { RefusalError } from "../../../src/kernel/base/result.ts";
import { checkFile, type FileSource } from "./file-check.ts";
import { convertFile } from "./file-convert.ts";
import type { Answer, Task } from "./work.ts";

// The kernel on a thread of its own, so that the page stays awake. The file is read here and goes nowhere.
const port = globalThis as unknown as {
  postMessage(answer: Answer): void;
  addEventListener(type: "message", take: (message: MessageEvent<Task>) => void): void;
};

/** Told this often at most: a screen shows no more. */
const progressStepMin = 0.005;
/** Text is handed to the browser in parts of this size: what it holds as a Blob may lie on disk. */
const partCharsMin = 4 * 1_024 * 1_024;

port.addEventListener("message", ({ data }) => {
  void answer(data).then(port.postMessage.bind(port));
});

async function answer(task: Task): Promise<Answer> {
  let told = 0;
  const progress = (share: number) => {
    if (share - told < progressStepMin) return;
    told = share;
    port.postMessage({ type: "progress", share });
  };
  try {
    if (task.type === "check") {
      const options = task.profile === undefined ? {} : { profile: task.profile };
      return { type: "report", report: await checkFile(sourceOf(task.file), options, progress) };
    }
    const parts: Blob[] = [];
    let held: string[] = [];
    let chars = 0;
    const flush = () => {
      parts.push(new Blob(held));
      [held, chars] = [[], 0];
    };
    const write = (piece: string) => {
      held.push(piece);
      chars += piece.length;
      if (chars >= partCharsMin) flush();
    };
    const { notes, noteCount } = await convertFile(sourceOf(task.file), task.options, write, progress);
    flush();
    return { type: "converted", blob: new Blob(parts), notes, noteCount };
  } catch (error) {
    if (error instanceof RefusalError) return { type: "refused", refusal: error.refusal };
    const message = error instanceof Error ? error.message : String(error);
    return { type: "refused", refusal: { code: "epcis.unreadable", at: "", message } };
  }
}

function sourceOf(file: Blob): FileSource {
  return {
    bytes: file.size,
    async *open() {
      const reader = file.stream().getReader();
      for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
    },
  };
}
