/** The parts of a Markdown document by the words of their `##` heading. */
export function sectionsOf(document: string): ReadonlyMap<string, string> {
  const parts = document.split(/^## /m).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end).trim(), part.slice(end + 1)];
    }),
  );
}

/** What stands in code in the first column of every table row: the key, code or file that the row is about. */
export function rowsOf(section: string): string[] {
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, first = ""]) => first);
}
