/** Documents and events of EPCIS 1.0 to 2.0: what a reader refuses and what a check finds wrong. */
export const epcisRefusals = {
  "epcis.syntax": {
    status: 400,
    title: "The text is not well-formed JSON or XML.",
    remedy: "Correct it where `at` points, or have the sender export it again.",
  },
  "epcis.encoding": {
    status: 400,
    title: "The bytes are not of the encoding that the document claims.",
    remedy: "Send it as UTF-8.",
  },
  "epcis.unreadable": {
    status: 404,
    title: "The file cannot be read.",
    remedy: "Check its name and the right to read it.",
  },
  "epcis.unknown-document": {
    status: 422,
    title: "This is no EPCIS document.",
    remedy: "Send an EPCISDocument or EPCISQueryDocument, in JSON or XML.",
  },
  "epcis.unknown-event": {
    status: 422,
    title: "This is no event of EPCIS, or not in its place.",
    remedy: "Use one of the five event types; an event type of your own is a URI.",
  },
  "epcis.missing-field": {
    status: 422,
    title: "A field that is needed is missing.",
    remedy: "Add the field that the message names.",
  },
  "epcis.unknown-field": {
    status: 422,
    title: "This field is not known here.",
    remedy: "Check its spelling; a field of your own needs a namespace.",
  },
  "epcis.wrong-type": {
    status: 422,
    title: "The value is of the wrong type.",
    remedy: "Use the type that the message names.",
  },
  "epcis.wrong-order": {
    status: 422,
    title: "An element stands out of the schema's order, or twice.",
    remedy: "Put it where the XML schema of EPCIS has it.",
  },
  "epcis.malformed-time": {
    status: 422,
    title: "This is not a date-time with an offset from UTC.",
    remedy: "Write it as 2026-11-23T05:00:00.000+01:00, or with Z for UTC.",
  },
  "epcis.malformed-offset": {
    status: 422,
    title: "This is not a time zone offset.",
    remedy: "Write it as +01:00; it is at most 14:00.",
  },
  "epcis.malformed-uri": {
    status: 422,
    title: "An identifier is not a URI.",
    remedy: "Write it as an EPC URI, a GS1 Digital Link or another absolute URI.",
  },
  "epcis.malformed-uom": {
    status: 422,
    title: "This is not a unit of measure.",
    remedy: "Use the code of UN/ECE Recommendation 20, such as KGM.",
  },
  "epcis.malformed-value": {
    status: 422,
    title: "The value does not have the form that its field asks for.",
    remedy: "Correct it as the message says.",
  },
  "epcis.malformed-epc": {
    status: 422,
    title: "The EPC URI is not well-formed.",
    remedy: "Check the company prefix, the lengths of its fields and what is escaped.",
  },
  "epcis.unknown-word": {
    status: 422,
    title: "The word is not in the vocabulary.",
    remedy: "Use a word of the CBV; one of your own is a URI.",
  },
  "epcis.urn-word": {
    status: 422,
    title: "JSON does not spell words of the standard as URNs.",
    remedy: "Write the bare word, such as shipping.",
  },
  "epcis.empty-list": {
    status: 422,
    title: "The list must have at least one item.",
    remedy: "Fill the list or leave it out.",
  },
  "epcis.duplicate-item": {
    status: 422,
    title: "An item stands twice in a list that is a set.",
    remedy: "Name it once.",
  },
  "epcis.no-objects": {
    status: 422,
    title: "The event does not say what it happened to.",
    remedy: "Name the objects, or the class and quantity of them.",
  },
  "epcis.ilmd-not-allowed": {
    status: 422,
    title: "Master data of a lot goes with action ADD only.",
    remedy: "Tell it in the commissioning event.",
  },
  "epcis.parent-missing": {
    status: 422,
    title: "Something is packed or unpacked, but the container is not named.",
    remedy: "Name it in parentID.",
  },
  "epcis.own-child": {
    status: 422,
    title: "A container is said to be inside itself.",
    remedy: "Remove the parent from the list of its children.",
  },
  "epcis.correction-of-nothing": {
    status: 422,
    title: "An event that did not occur has no corrective events.",
    remedy: "Declare incorrect_data, or leave the corrective events out.",
  },
  "epcis.too-deep": {
    status: 413,
    title: "The document is nested too deep.",
    remedy: "Flatten the extension that nests, or raise the limit.",
  },
  "epcis.event-too-large": {
    status: 413,
    title: "One event is larger than the limit.",
    remedy: "Split the event, or raise the limit.",
  },
  "epcis.too-many-events": {
    status: 413,
    title: "The document has more events than the limit.",
    remedy: "Split the document, or raise the limit.",
  },
  "epcis.record-time-supplied": {
    status: 422,
    title: "The time of recording was supplied; the repository sets it.",
    remedy: "Nothing need be done; leave recordTime out.",
  },
  "epcis.event-after-document": {
    status: 422,
    title: "An event is later than the document that tells it.",
    remedy: "Check the clocks of the machine that recorded and of the one that sent.",
  },
  "epcis.duplicate-epc": {
    status: 422,
    title: "An identifier stands twice in one list.",
    remedy: "Name it once.",
  },
  "epcis.duplicate-event-id": {
    status: 422,
    title: "Two events of the document have one identifier.",
    remedy: "Give each event its own; only an error declaration repeats one.",
  },
  "epcis.instance-as-class": {
    status: 422,
    title: "A single object is named where a class is wanted.",
    remedy: "Name it in the list of EPCs.",
  },
  "epcis.class-as-instance": {
    status: 422,
    title: "A class is named where single objects are wanted.",
    remedy: "Name it in a quantity list.",
  },
  "epcis.negative-quantity": {
    status: 422,
    title: "A quantity is negative.",
    remedy: "Say what was taken away with action DELETE.",
  },
  "epcis.unknown-cbv-word": {
    status: 422,
    title: "The word is spelled as one of the CBV, which does not have it.",
    remedy: "Check the spelling against CBV 2.0.",
  },
  "epcis.web-word": {
    status: 422,
    title: "A word of the CBV is spelled as a web URI in JSON.",
    remedy: "Write the bare word, such as shipping.",
  },
  "epcis.unusual-action": {
    status: 422,
    title: "The action is not the one that usually goes with the business step.",
    remedy: "Check which of the two is meant.",
  },
  "epcis.nothing-observed": {
    status: 422,
    title: "The event names no object and no measurement.",
    remedy: "Check that the list of EPCs was not lost.",
  },
  "epcis.sensor-said-twice": {
    status: 422,
    title: "The same is said for a sensor element and for one of its reports.",
    remedy: "Say it once: in sensorMetadata for all reports, or in each report.",
  },
  "epcis.sensor-untyped": {
    status: 422,
    title: "A sensor report does not say what was measured.",
    remedy: "Give its type, or the exception that it reports.",
  },
  "epcis.sensor-time-after-event": {
    status: 422,
    title: "A measurement is later than its event.",
    remedy: "Check the clock of the sensor.",
  },
  "epcis.sensor-times-reversed": {
    status: 422,
    title: "A measurement ends before it starts.",
    remedy: "Exchange startTime and endTime.",
  },
  "epcis.newer-field": {
    status: 422,
    title: "A field is newer than the form it was printed in.",
    remedy: "It is kept in an extension; exchange EPCIS 2.0 where it must be understood.",
  },
  "epcis.newer-event": {
    status: 422,
    title: "An event is newer than the form it was printed in.",
    remedy: "It is kept in an extension; exchange EPCIS 2.0 where it must be understood.",
  },
  "epcis.header-incomplete": {
    status: 422,
    title: "The header lacks what XML must have.",
    remedy: "Name sender and receiver of the document.",
  },
} as const;
