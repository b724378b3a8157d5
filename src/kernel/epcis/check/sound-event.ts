import { type Instant, parseInstant } from "../../base/time.ts";
import { isObject, type Json } from "../element-json.ts";
import type { Action, BizTransaction, Destination, Element, EpcisEvent, Place, Source } from "../model.ts";
import type { Scope } from "../names.ts";
import { VOCABULARIES, type VocabularyName } from "../vocabulary.ts";
import type { PlainList, PlainLists } from "./plain-lists.ts";
import type { SoundIdentifiers } from "./sound-identifiers.ts";
import { isUri } from "./uri.ts";

/** What one event of a JSON document has beside its own members. */
export type SoundContext = {
  readonly scope: Scope;
  readonly identifiers: SoundIdentifiers;
  /** When the document says that it was made: an event told before it happened is a warning. */
  readonly createdAt: Instant | undefined;
  /** The lists of identifiers that were taken out of the event's text, where it is only judged. */
  readonly lists?: PlainLists | undefined;
};

/**
 * The events that fill documents: things commissioned, observed, packed, unpacked and shipped, with nothing but the
 * usual fields. Reads one in a single pass when structure and meaning have nothing at all to say about it, and answers
 * `undefined` where they might: then `JsonStructure`, `readEvent` and `checkMeaning` judge it with care. What is read
 * here is read there alike (`sound-event.test.ts`).
 */
export function readSoundEvent(raw: Json, context: SoundContext): EpcisEvent | undefined {
  const draft = judgeSoundEvent(raw, context);
  return draft?.list && finished(draft, draft.list);
}

/** The same judgement of an event whose lists of identifiers may have been taken out of its text. */
export function judgeSoundEvent(raw: Json, context: SoundContext): SoundEvent | undefined {
  if (!isObject(raw)) return undefined;
  const { type } = raw;
  if (type !== "ObjectEvent" && type !== "AggregationEvent") return undefined;
  const event = new SoundEvent(type);
  for (const key in raw) if (!readMember(event, type, key, raw[key] as Json, context)) return undefined;
  const { action, bizStep, at, offsetMinutes } = event;
  if (action === undefined || at === undefined || offsetMinutes === undefined) return undefined;
  if (context.createdAt !== undefined && at > context.createdAt) return undefined;
  if (bizStep !== undefined && !usual(type, bizStep, action)) return undefined;
  if (event.ilmd && action !== "ADD") return undefined;
  return hasObjects(event, context) ? event : undefined;
}

/** Whether the event names objects, and none that is inside itself. */
function hasObjects({ type, parentID, list, cut }: SoundEvent, { identifiers, lists }: SoundContext): boolean {
  if (cut === undefined && (list === undefined || list.length === 0)) return false;
  if (type === "ObjectEvent") return true;
  if (parentID === undefined) return false;
  if (cut !== undefined) return lists !== undefined && lists.without(parentID, cut);
  return list !== undefined && identifiers.without(parentID, list);
}

/** Actions that the definitions of the CBV's business steps imply (CBV 2.0 §7.1.2). */
function usual(type: SoundType, bizStep: string, action: Action): boolean {
  if (type === "AggregationEvent") {
    if (bizStep === "packing") return action === "ADD";
    return bizStep !== "unpacking" || action === "DELETE";
  }
  if (bizStep === "commissioning") return action === "ADD";
  return (bizStep !== "decommissioning" && bizStep !== "destroying") || action === "DELETE";
}

type SoundType = "ObjectEvent" | "AggregationEvent";

/** An event while its members are read; always of one shape, whatever order they come in. */
class SoundEvent {
  readonly type: SoundType;
  at: Instant | undefined = undefined;
  offsetMinutes: number | undefined = undefined;
  eventID: string | undefined = undefined;
  action: Action | undefined = undefined;
  bizStep: string | undefined = undefined;
  disposition: string | undefined = undefined;
  parentID: string | undefined = undefined;
  list: readonly string[] | undefined = undefined;
  readPoint: Place | undefined = undefined;
  bizLocation: Place | undefined = undefined;
  bizTransactionList: readonly BizTransaction[] | undefined = undefined;
  sourceList: readonly Source[] | undefined = undefined;
  destinationList: readonly Destination[] | undefined = undefined;
  ilmd: readonly Element[] | undefined = undefined;
  /** In place of `list` where that was taken out of the text. */
  cut: PlainList | undefined = undefined;

  constructor(type: SoundType) {
    this.type = type;
  }
}

function finished(draft: SoundEvent, list: readonly string[]): EpcisEvent {
  const { type, action, at, offsetMinutes } = draft;
  const eventTime = { at, offsetMinutes };
  const event: Record<string, unknown> =
    type === "ObjectEvent"
      ? { type, eventTime, action, epcList: list }
      : { type, eventTime, action, parentID: draft.parentID, childEPCs: list };
  if (draft.eventID !== undefined) event["eventID"] = draft.eventID;
  if (draft.bizStep !== undefined) event["bizStep"] = draft.bizStep;
  if (draft.disposition !== undefined) event["disposition"] = draft.disposition;
  if (draft.readPoint !== undefined) event["readPoint"] = draft.readPoint;
  if (draft.bizLocation !== undefined) event["bizLocation"] = draft.bizLocation;
  if (draft.bizTransactionList !== undefined) event["bizTransactionList"] = draft.bizTransactionList;
  if (draft.sourceList !== undefined) event["sourceList"] = draft.sourceList;
  if (draft.destinationList !== undefined) event["destinationList"] = draft.destinationList;
  if (draft.ilmd !== undefined) event["ilmd"] = draft.ilmd;
  return event as unknown as EpcisEvent;
}

/** Whether the member is one of the usual, and as it should be. */
function readMember(draft: SoundEvent, type: string, key: string, value: Json, context: SoundContext): boolean {
  const { identifiers } = context;
  switch (key) {
    case "type":
      return true;
    case "eventTime":
      return (draft.at = instantOf(value)) !== undefined;
    case "eventTimeZoneOffset":
      return (draft.offsetMinutes = offsetOf(value)) !== undefined;
    case "eventID":
      if (typeof value !== "string" || !isUri(value)) return false;
      draft.eventID = value;
      return true;
    case "action":
      if (value !== "ADD" && value !== "OBSERVE" && value !== "DELETE") return false;
      draft.action = value;
      return true;
    case "bizStep":
    case "disposition":
      if (!isWord(key, value)) return false;
      draft[key] = value;
      return true;
    case "epcList":
    case "childEPCs":
      if ((key === "epcList") !== (type === "ObjectEvent")) return false;
      if (typeof value === "string") return (draft.cut = context.lists?.at(value)) !== undefined;
      if (!Array.isArray(value) || !identifiers.list(value)) return false;
      draft.list = value as readonly string[];
      return true;
    case "parentID":
      if (type !== "AggregationEvent" || typeof value !== "string" || !identifiers.object(value)) return false;
      draft.parentID = value;
      return true;
    case "readPoint":
    case "bizLocation":
      return (draft[key] = placeOf(value, identifiers)) !== undefined;
    case "bizTransactionList":
      draft.bizTransactionList = typedOf(value, "bizTransaction", "bizTransactionType", false, identifiers);
      return draft.bizTransactionList !== undefined;
    case "sourceList":
      draft.sourceList = typedOf(value, "source", "sourceDestType", true, identifiers);
      return draft.sourceList !== undefined;
    case "destinationList":
      draft.destinationList = typedOf(value, "destination", "sourceDestType", true, identifiers);
      return draft.destinationList !== undefined;
    case "ilmd":
      return type === "ObjectEvent" && (draft.ilmd = lotOf(value, context.scope)) !== undefined;
    default:
      return false;
  }
}

function instantOf(value: Json): Instant | undefined {
  const time = typeof value === "string" ? parseInstant(value) : undefined;
  return time?.ok ? time.value.at : undefined;
}

/** `±hh:mm` below 14:00, which is as far as anybody lives. */
function offsetOf(value: Json): number | undefined {
  if (typeof value !== "string" || value.length !== 6) return undefined;
  const sign = value.charCodeAt(0);
  const digit = (at: number) => value.charCodeAt(at) - 48;
  const [a, b, c, d] = [digit(1), digit(2), digit(4), digit(5)];
  const isOffset =
    (sign === 43 || sign === 45) &&
    value.charCodeAt(3) === 58 &&
    (a === 0 ? b >= 0 && b <= 9 : a === 1 && b >= 0 && b <= 3) &&
    c >= 0 &&
    c <= 5 &&
    d >= 0 &&
    d <= 9;
  if (!isOffset) return undefined;
  const minutes = (a * 10 + b) * 60 + c * 10 + d;
  return sign === 45 && minutes > 0 ? -minutes : minutes;
}

function isWord(vocabulary: VocabularyName, value: Json): value is string {
  return typeof value === "string" && VOCABULARIES[vocabulary].words.has(value);
}

function placeOf(value: Json, identifiers: SoundIdentifiers): Place | undefined {
  if (!isObject(value)) return undefined;
  const { id } = value;
  if (!identifiers.single(id)) return undefined;
  for (const key in value) if (key !== "id") return undefined;
  return { id };
}

/** A list of business transactions, sources or destinations: objects of a type and an identifier. */
function typedOf<T>(
  value: Json,
  key: string,
  vocabulary: VocabularyName,
  typeNeeded: boolean,
  identifiers: SoundIdentifiers,
): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: T[] = [];
  for (const item of value as readonly Json[]) {
    if (!isObject(item)) return undefined;
    const { type } = item;
    const id = item[key];
    if (type === undefined ? typeNeeded : !isWord(vocabulary, type)) return undefined;
    if (typeof id !== "string" || !(key === "bizTransaction" ? isUri(id) : identifiers.single(id))) return undefined;
    for (const name in item) if (name !== "type" && name !== key) return undefined;
    items.push((type === undefined ? { [key]: id } : { type, [key]: id }) as T);
  }
  return items;
}

/** Data of a lot that are plain text, which all of CBV's are. */
function lotOf(value: Json, scope: Scope): readonly Element[] | undefined {
  if (!isObject(value)) return undefined;
  const elements: Element[] = [];
  for (const key in value) {
    const text = value[key] as Json;
    if (typeof text !== "string" || !isUri(key)) return undefined;
    elements.push({ name: scope.read(key), value: text });
  }
  return elements;
}
