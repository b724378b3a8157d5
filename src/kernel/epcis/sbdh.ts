import { parseInstant, printRecordedTime } from "../base/time.ts";
import type { BusinessDocumentHeader, Element, Partner } from "./model.ts";
import { SBDH_NAMESPACE } from "./names.ts";

/** The Standard Business Document Header (UN/CEFACT SBDH 1.3) between its tree of elements and the model. */
export const SBDH = "StandardBusinessDocumentHeader";

export function readSbdh(element: Element): BusinessDocumentHeader {
  const children = childrenOf(element);
  const identification = children.find((child) => child.name.local === "DocumentIdentification");
  const known = ["HeaderVersion", "Sender", "Receiver", "DocumentIdentification"];
  const rest = children.filter((child) => !known.includes(child.name.local));
  const headerVersion = textOf(children, "HeaderVersion");
  return {
    ...(headerVersion === undefined ? {} : { headerVersion }),
    senders: children.filter((child) => child.name.local === "Sender").map(readPartner),
    receivers: children.filter((child) => child.name.local === "Receiver").map(readPartner),
    identification: identification ? readIdentification(childrenOf(identification)) : {},
    ...(rest.length > 0 ? { rest } : {}),
  };
}

function readIdentification(children: readonly Element[]): BusinessDocumentHeader["identification"] {
  const text = <K extends string>(key: K, local: string) => {
    const value = textOf(children, local);
    return (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };
  };
  const created = textOf(children, "CreationDateAndTime");
  const time = created === undefined ? undefined : readCreation(created);
  const multiple = textOf(children, "MultipleType");
  return {
    ...text("standard", "Standard"),
    ...text("typeVersion", "TypeVersion"),
    ...text("instanceIdentifier", "InstanceIdentifier"),
    ...text("type", "Type"),
    ...(multiple === undefined ? {} : { multipleType: multiple === "true" || multiple === "1" }),
    ...(time?.ok ? { creationDateAndTime: time.value } : {}),
  };
}

/** An xsd:dateTime, whose offset may be left out; UTC is meant then, as with an event's document. */
function readCreation(text: string) {
  const time = parseInstant(text);
  return time.ok ? time : parseInstant(`${text}Z`);
}

function readPartner(element: Element): Partner {
  const children = childrenOf(element);
  const identifier = children.find((child) => child.name.local === "Identifier");
  const contacts = children.filter((child) => child !== identifier);
  const authority =
    identifier?.attributes?.find((attribute) => attribute.name.local === "Authority")?.value ?? undefined;
  return {
    identifier: identifier ? leafText(identifier).trim() : "",
    ...(authority === undefined ? {} : { authority }),
    ...(contacts.length > 0 ? { contacts } : {}),
  };
}

/** The header as elements; `defaults` fill what the schema demands and a short JSON header leaves out. */
export function sbdhElement(header: BusinessDocumentHeader): Element {
  const { identification: id } = header;
  return branch(SBDH, [
    ...leaf("HeaderVersion", header.headerVersion),
    ...header.senders.map((partner) => partnerElement("Sender", partner)),
    ...header.receivers.map((partner) => partnerElement("Receiver", partner)),
    branch("DocumentIdentification", [
      ...leaf("Standard", id.standard),
      ...leaf("TypeVersion", id.typeVersion),
      ...leaf("InstanceIdentifier", id.instanceIdentifier),
      ...leaf("Type", id.type),
      ...leaf("MultipleType", id.multipleType === undefined ? undefined : String(id.multipleType)),
      ...leaf("CreationDateAndTime", id.creationDateAndTime && printRecordedTime(id.creationDateAndTime)),
    ]),
    ...(header.rest ?? []),
  ]);
}

function partnerElement(local: string, partner: Partner): Element {
  const authority =
    partner.authority === undefined
      ? {}
      : { attributes: [{ name: { namespace: "", local: "Authority", prefix: "" }, value: partner.authority }] };
  return branch(local, [
    { name: name("Identifier"), value: partner.identifier, ...authority },
    ...(partner.contacts ?? []),
  ]);
}

function name(local: string) {
  return { namespace: SBDH_NAMESPACE, local, prefix: "sbdh" };
}

function branch(local: string, value: readonly Element[]): Element {
  return { name: name(local), value };
}

function leaf(local: string, value: string | undefined): Element[] {
  return value === undefined ? [] : [{ name: name(local), value }];
}

export function childrenOf(element: Element): readonly Element[] {
  return Array.isArray(element.value) ? (element.value as readonly Element[]) : [];
}

/** The text of a leaf; of a branch, the text beside its children. */
export function leafText(element: Omit<Element, "name">): string {
  if (Array.isArray(element.value)) return element.text ?? "";
  return element.value === null ? "" : String(element.value);
}

function textOf(children: readonly Element[], local: string): string | undefined {
  const child = children.find((candidate) => candidate.name.local === local);
  return child && leafText(child).trim();
}
