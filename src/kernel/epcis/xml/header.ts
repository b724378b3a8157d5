import { elementNode, foreignNode, nodeElement } from "./element.ts";
import { otherElements, withOthers } from "./event.ts";
import { stop } from "../limits.ts";
import type {
  BusinessDocumentHeader,
  Element,
  EpcisDocument,
  EpcisHeader,
  MasterDataAttribute,
  Note,
  Vocabulary,
  VocabularyElement,
} from "../model.ts";
import { SBDH_NAMESPACE } from "../names.ts";
import { readSbdh, SBDH, sbdhElement } from "../sbdh.ts";
import { attribute, attributeOf, childNamed, isForm, leaf, node, type XmlNode } from "./tree.ts";

/** EPCISHeader of EPCIS 1.x and 2.0. */
export function readHeaderNode(header: XmlNode): EpcisHeader {
  const sbdh = header.children.find((child) => child.name.namespace === SBDH_NAMESPACE && child.name.local === SBDH);
  const extensions: Element[] = [];
  let masterData: readonly Vocabulary[] | undefined;
  const read = (parent: XmlNode): void => {
    for (const child of parent.children) {
      const { namespace, local } = child.name;
      if (child === sbdh) continue;
      if (namespace === "" && (local === "extension" || local === HEADER_EXTENSION)) read(child);
      else if (namespace === "" && local === "EPCISMasterData") masterData = readMasterDataNode(child);
      else extensions.push(nodeElement(child));
    }
  };
  read(header);
  return {
    ...(sbdh ? { sbdh: readSbdh(nodeElement(sbdh)) } : {}),
    ...(masterData ? { masterData } : {}),
    ...(extensions.length > 0 ? { extensions } : {}),
  };
}

/** Where EPCIS 2.0 lets a header be extended, only a name without a namespace may stand; this one holds the others. */
const HEADER_EXTENSION = "headerExtension";

/** EPCISMasterData, or anything else that holds a VocabularyList. */
export function readMasterDataNode(holder: XmlNode): Vocabulary[] {
  const list = holder.name.local === "VocabularyList" ? holder : childNamed(holder, "VocabularyList");
  return (list?.children ?? []).filter((child) => child.name.local === "Vocabulary").map(readVocabulary);
}

function readVocabulary(vocabulary: XmlNode): Vocabulary {
  const list = childNamed(vocabulary, "VocabularyElementList");
  return {
    type: required(vocabulary, "type"),
    elements: (list?.children ?? []).map(readVocabularyElement),
    ...withOthers(vocabulary, ["VocabularyElementList"]),
  };
}

function required(of: XmlNode, name: string): string {
  return attributeOf(of, name)?.trim() ?? stop("epcis.missing-field", of.at, `${name} is missing`);
}

function readVocabularyElement(element: XmlNode): VocabularyElement {
  const children = childNamed(element, "children");
  return {
    id: required(element, "id"),
    attributes: element.children
      .filter((child) => child.name.namespace === "" && child.name.local === "attribute")
      .map(readAttribute),
    ...(children ? { children: children.children.map((child) => child.text.trim()) } : {}),
    ...withOthers(element, ["attribute", "children"]),
  };
}

function readAttribute(source: XmlNode): MasterDataAttribute {
  const rest = source.attributes.filter((one) => !(one.name.namespace === "" && one.name.local === "id"));
  const { name: _, list: __, ...content } = nodeElement({ ...source, attributes: rest });
  return { id: required(source, "id"), ...content };
}

/**
 * The header in XML. The schema wants a complete SBDH; what is missing takes the values every EPCIS
 * document has. EPCIS 1.2 cannot have a header without an SBDH: `notes` tells what was left out.
 */
export function printedHeaderNode(document: EpcisDocument, version: "1.2" | "2.0", notes: Note[]): XmlNode[] {
  const { header } = document;
  if (!header) return [];
  const { masterData, extensions = [] } = header;
  const nodes = extensions.map(elementNode);
  const direct = version === "1.2" ? nodes.filter((one) => one.name.namespace !== "") : [];
  const local = nodes.filter((one) => one.name.namespace === "");
  const held =
    version === "2.0" && nodes.length > local.length
      ? [
          node(
            HEADER_EXTENSION,
            nodes.filter((one) => one.name.namespace !== ""),
          ),
        ]
      : [];
  const inner = [
    ...(masterData ? [masterDataNode(masterData)] : []),
    ...(local.length + held.length > 0 ? [node("extension", [...local, ...held])] : []),
  ];
  const sbdh = header.sbdh ?? (version === "1.2" ? { senders: [], receivers: [], identification: {} } : undefined);
  const printed = [
    ...(sbdh ? [elementNode(sbdhElement(completed(sbdh, document, notes)))] : []),
    ...(inner.length > 0 ? [node("extension", inner)] : []),
    ...direct,
  ];
  return printed.length > 0 ? [node("EPCISHeader", printed)] : [];
}

function completed(sbdh: BusinessDocumentHeader, document: EpcisDocument, notes: Note[]): BusinessDocumentHeader {
  const unknown = [{ identifier: "" }];
  if (sbdh.senders.length === 0)
    notes.push({
      code: "epcis.header-incomplete",
      at: "/epcisHeader",
      message: "the document names no sender; XML must have one, so it is empty",
    });
  if (sbdh.receivers.length === 0)
    notes.push({
      code: "epcis.header-incomplete",
      at: "/epcisHeader",
      message: "the document names no receiver; XML must have one, so it is empty",
    });
  const { standard, typeVersion, instanceIdentifier, type, creationDateAndTime } = sbdh.identification;
  const wanted = {
    headerVersion: sbdh.headerVersion,
    standard,
    typeVersion,
    instanceIdentifier,
    type,
    creationDateAndTime,
  };
  const left = Object.entries(wanted).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (document.header?.sbdh && left.length > 0)
    notes.push({
      code: "epcis.header-incomplete",
      at: "/epcisHeader",
      message: `the document's header does not say ${left.join(", ")}; XML must have it, so the usual words stand there`,
    });
  return {
    ...sbdh,
    headerVersion: sbdh.headerVersion ?? "1.0",
    senders: sbdh.senders.length > 0 ? sbdh.senders : unknown,
    receivers: sbdh.receivers.length > 0 ? sbdh.receivers : unknown,
    identification: {
      ...sbdh.identification,
      standard: standard ?? "EPCglobal",
      typeVersion: typeVersion ?? "1.0",
      instanceIdentifier: instanceIdentifier ?? document.id ?? "",
      type: type ?? "Events",
      creationDateAndTime: creationDateAndTime ?? document.creationDate,
    },
  };
}

export function masterDataNode(vocabularies: readonly Vocabulary[]): XmlNode {
  return node("EPCISMasterData", [node("VocabularyList", vocabularies.map(vocabularyNode))]);
}

export function vocabularyNode(vocabulary: Vocabulary): XmlNode {
  const elements = vocabulary.elements.map((element) =>
    node(
      "VocabularyElement",
      [
        ...element.attributes.map(attributeNode),
        ...(element.children
          ? [
              node(
                "children",
                element.children.map((id) => leaf("id", id)),
              ),
            ]
          : []),
        ...(element.extensions ?? []).map(foreignNode),
      ],
      [attribute("id", element.id)],
    ),
  );
  return node(
    "Vocabulary",
    [
      ...(elements.length > 0 ? [node("VocabularyElementList", elements)] : []),
      ...(vocabulary.extensions ?? []).map(foreignNode),
    ],
    [attribute("type", vocabulary.type)],
  );
}

function attributeNode({ id, ...content }: MasterDataAttribute): XmlNode {
  const printed = elementNode({ name: { namespace: "", local: "attribute", prefix: "" }, ...content });
  return { ...printed, attributes: [attribute("id", id), ...printed.attributes] };
}

/** Elements of the document beside header and body. */
export function readDocumentExtensions(root: XmlNode, known: readonly string[]): Element[] {
  return otherElements(root, known).filter((element) => !isForm(element.name, "document"));
}
