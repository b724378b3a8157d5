/** How many characters of events are given to `JSON.parse` at once: what comes out stays in the processor's cache. */
const batchChars = 64 * 1024;
/** How far from the end of so many the last event usually ends. */
const nearChars = 4 * 1024;
/** How much of an event's beginning tells it from other objects: past `{"type":"` lies the name of its type. */
const beginningChars = 20;
/** How many ways to begin an event are remembered. */
const jointsMax = 4;

const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/**
 * What stands between two events of a JSON document, with the end of the one and the beginning of the other: so it is
 * seen where an event ends without a look at every character before. By all appearances only: what is found is a guess.
 */
export class EventJoints {
  private readonly joints: string[] = [];

  /** One event ended at `eventEnd`, the next begins at `from`. */
  learn(text: string, eventEnd: number, from: number): void {
    const { joints } = this;
    if (joints.length >= jointsMax || text.charCodeAt(from) !== OPEN_BRACE) return;
    if (text.charCodeAt(eventEnd - 1) !== CLOSE_BRACE || from + beginningChars > text.length) return;
    const joint = text.slice(eventEnd - 1, from + beginningChars);
    if (!joints.includes(joint)) joints.push(joint);
  }

  /** Where the last of a batch of whole events ends that begin at `from`; -1 where that is not to be seen. */
  lastEnd(text: string, from: number): number {
    if (this.joints.length === 0) return -1;
    const windowEnd = Math.min(from + batchChars, text.length);
    // A joint that is not near the end would be looked for in all of the window, as long as another stands there.
    for (const chars of [nearChars, batchChars]) {
      const windowFrom = Math.max(from, windowEnd - chars);
      const window = text.slice(windowFrom, windowEnd);
      let end = -1;
      for (const joint of this.joints) end = Math.max(end, window.lastIndexOf(joint));
      if (end >= 0) return windowFrom + end + 1;
    }
    return -1;
  }
}
