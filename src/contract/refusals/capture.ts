/** Capturing EPCIS documents, beyond what the standard's own checks refuse (`epcis.*`). */
export const captureRefusals = {
  "capture.encoding": {
    status: 400,
    title: "The document is not UTF-8.",
    remedy: "Send the document in UTF-8.",
  },
  "capture.media-type": {
    status: 415,
    title: "The document is neither EPCIS XML nor EPCIS JSON by its content type.",
    remedy: "Send application/xml or application/ld+json.",
  },
  "capture.too-large": {
    status: 413,
    title: "The document has more events or identifiers than one capture takes.",
    remedy: "Split the document; events that were captured already are recognised.",
  },
  "capture.unknown-job": {
    status: 404,
    title: "There is no uploaded document with this id.",
    remedy: "Look it up in the list of documents.",
  },
  "capture.identifier": {
    status: 422,
    title: "An identifier claims to be a GS1 key and is not a valid one.",
    remedy: "Correct the identifier: its length, its characters or its check digit.",
  },
  "capture.no-parent": {
    status: 422,
    title: "An aggregation does not say into which container.",
    remedy: "Name the container in parentID.",
  },
  "capture.own-parent": {
    status: 422,
    title: "An event packs something into itself.",
    remedy: "Correct parentID or the list of children.",
  },
  "capture.time": {
    status: 422,
    title: "An event lies more than a day ahead, or before 1970.",
    remedy: "Check the clock of the system that recorded it.",
  },
} as const;
