import { SaxesParser } from "saxes";

// Nothing that reads XML with saxes can be done before saxes itself has seen the bytes. This is that pass in its fastest
// form: no namespaces resolved, no position kept, and nothing made of what it tells.

/** Answers how many elements there were. */
export function bareSaxesPass(text: string): number {
  const parser = new SaxesParser({ xmlns: false, position: false });
  let elements = 0;
  parser.on("opentag", () => {
    elements++;
  });
  parser.write(text).close();
  return elements;
}
