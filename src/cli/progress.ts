const barChars = 30;
const redrawMsMin = 100;

/** A bar on standard error while somebody watches; nothing where it would only fill a file. */
export function showProgress(what: string, stream: NodeJS.WriteStream = process.stderr) {
  let drawnAt = 0;
  const draw = (done: number, total: number) => {
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const full = Math.round(share * barChars);
    const bar = "█".repeat(full) + "░".repeat(barChars - full);
    stream.write(`\r${what} ${bar} ${String(Math.round(share * 100)).padStart(3)} % ${done} of ${total}\u001b[K`);
  };
  return {
    at(done: number, total: number): void {
      const now = performance.now();
      if (!stream.isTTY || (now - drawnAt < redrawMsMin && done < total)) return;
      drawnAt = now;
      draw(done, total);
    },
    end(): void {
      if (stream.isTTY) stream.write("\r\u001b[K");
    },
  };
}
