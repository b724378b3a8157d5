import { step } from "../element-json.ts";
import type { XmlNode } from "../xml/tree.ts";

/** Where a field of an event stands in the document it came from. */
export type Locate = (field?: string, index?: number) => string;

export function locateJson(at: string): Locate {
  return (field, index) =>
    field === undefined ? at : index === undefined ? step(at, field) : step(step(at, field), index);
}

/** In XML a field may stand in an extension; the nearest element that has the name is where it is. */
export function locateXml(event: XmlNode): Locate {
  return (field, index) => {
    const found = field === undefined ? undefined : find(event, field);
    return (index === undefined ? found : (found?.children[index] ?? found))?.at ?? event.at;
  };
}

function find(node: XmlNode, local: string): XmlNode | undefined {
  for (const child of node.children) {
    if (child.name.namespace !== "") continue;
    if (child.name.local === local) return child;
    const wrapper = child.name.local === "extension" || child.name.local === "baseExtension";
    const inner = wrapper ? find(child, local) : undefined;
    if (inner) return inner;
  }
  return undefined;
}
