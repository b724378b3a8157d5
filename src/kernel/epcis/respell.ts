import type { EpcisDocument, EpcisEvent, EpcisHeader } from "./model.ts";

/** An event with every identifier passed through `spell`; nothing else changes. */
export function respelledEvent(event: EpcisEvent, spell: (uri: string) => string): EpcisEvent {
  const values = { ...event } as Record<string, unknown>;
  const map = <T>(field: string, change: (value: T) => T) => {
    if (values[field] !== undefined) values[field] = change(values[field] as T);
  };
  for (const list of ["epcList", "childEPCs", "inputEPCList", "outputEPCList"])
    map<readonly string[]>(list, (epcs) => epcs.map(spell));
  for (const list of ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"]) {
    map<readonly { readonly epcClass: string }[]>(list, (all) =>
      all.map((one) => ({ ...one, epcClass: spell(one.epcClass) })),
    );
  }
  for (const field of ["parentID", "transformationID"]) map<string>(field, spell);
  for (const place of ["readPoint", "bizLocation"])
    map<{ readonly id: string }>(place, (one) => ({ ...one, id: spell(one.id) }));
  for (const [list, key] of [
    ["bizTransactionList", "bizTransaction"],
    ["sourceList", "source"],
    ["destinationList", "destination"],
  ] as const) {
    map<readonly Record<string, string>[]>(list, (all) => all.map((one) => ({ ...one, [key]: spell(one[key] ?? "") })));
  }
  return values as EpcisEvent;
}

/** The master data of a header, its identifiers passed through `spell`. */
export function respelledHeader(header: EpcisHeader, spell: (uri: string) => string): EpcisHeader {
  if (!header.masterData) return header;
  const masterData = header.masterData.map((vocabulary) => ({
    ...vocabulary,
    elements: vocabulary.elements.map((element) => ({
      ...element,
      id: spell(element.id),
      ...(element.children ? { children: element.children.map(spell) } : {}),
    })),
  }));
  return { ...header, masterData };
}

export function respelledShell(
  document: Omit<EpcisDocument, "events">,
  spell: (uri: string) => string,
): Omit<EpcisDocument, "events"> {
  return document.header ? { ...document, header: respelledHeader(document.header, spell) } : document;
}
