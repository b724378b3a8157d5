/** One packaging line: its run, its devices, its journal. */
export const lineRefusals = {
  "line.run-unknown": {
    status: 404,
    title: "The line holds no such run.",
    remedy: "Look at the list of runs; the site may not have sent it yet.",
  },
  "line.run-differs": {
    status: 409,
    title: "The line holds this run with other contents.",
    remedy: "Give a changed order a run id of its own.",
  },
  "line.other-line": {
    status: 409,
    title: "The order is for another line.",
    remedy: "Send it to the line that it names.",
  },
  "line.numbers-short": {
    status: 422,
    title: "The order has fewer numbers than its quantity needs.",
    remedy: "Send the whole block: packs, cases and pallets with their overage.",
  },
  "line.numbers-doubled": {
    status: 422,
    title: "A number stands twice in the order, or in another run of this line.",
    remedy: "Allocate numbers of their own to every run.",
  },
  "line.occupied": {
    status: 409,
    title: "Another run is on the line.",
    remedy: "Finish that run first: complete it, count its bin and dispose of it.",
  },
  "line.state": {
    status: 409,
    title: "The run is not in a state that allows this.",
    remedy: "Look at the run's state; the command's button says when it is possible.",
  },
  "line.not-cleared": {
    status: 409,
    title: "The line has not been cleared for this run.",
    remedy: "Do the line clearance; two people sign it.",
  },
  "line.cleared": { status: 409, title: "The line has been cleared for this run.", remedy: "Start the run." },
  "line.devices-away": {
    status: 409,
    title: "A device of the line is not connected.",
    remedy: "See which one the alarms name, and restore its power and network.",
  },
  "line.recovering": {
    status: 409,
    title: "The devices are being emptied and their counters read.",
    remedy: "Wait a moment.",
  },
  "line.counters-lost": {
    status: 409,
    title: "The conveyor lost its counters during this run.",
    remedy: "Abort the run, clear the line by hand and count everything outside closed cases in the bin.",
  },
  "line.ended": {
    status: 409,
    title: "The run has been closed.",
    remedy: "Nothing more can be done with it at the line.",
  },
  "line.bin-not-counted": {
    status: 409,
    title: "The reject bin has not been counted since the last pack went into it.",
    remedy: "Count the bin and enter the count.",
  },
  "line.bin-mismatch": {
    status: 409,
    title: "The count of the bin differs from the rejects on record.",
    remedy:
      "Count again; look for packs beside the bin, on the belt and in open cases. What is gone is written off by a supervisor and QA together.",
  },
  "line.no-pallet-aside": {
    status: 409,
    title: "No pallet of this run was put aside.",
    remedy: "Cases that were rejected come again by themselves from the rework table.",
  },
  "line.pallet-content": {
    status: 422,
    title: "The cases scanned cannot be this pallet's content.",
    remedy:
      "Scan every case on it once; each must be a labelled case of this run that is on no pallet, and no more than the recipe allows.",
  },
  "line.nothing-missing": {
    status: 409,
    title: "No pack is missing: the bin holds at least what is on record.",
    remedy: "Dispose of the bin; where it holds more than is on record, find out whose packs they are.",
  },
  "line.scanned-twice": {
    status: 422,
    title: "A pack was scanned twice.",
    remedy: "Take that scan out; two packs with one number are a matter for quality assurance.",
  },
  "line.not-of-the-bin": {
    status: 422,
    title: "The scanned number cannot be in the bin: it is in a closed case, was never printed, or had its end before.",
    remedy: "Look whether the pack is of this bin; open no case for it.",
  },
  "line.scans-differ": {
    status: 422,
    title: "The packs scanned and the unreadable ones are not as many as were counted.",
    remedy: "Scan every pack of the bin once, count those without a readable code, or count the bin again.",
  },
  "line.missing-differs": {
    status: 422,
    title: "The packs stated as missing are not what the count leaves open.",
    remedy: "State the difference between what should be in the bin and what was counted.",
  },
  "line.number-unknown": {
    status: 404,
    title: "The number is not one of this run.",
    remedy: "Scan the pack again; a pack of another run must be taken off the line.",
  },
  "line.not-loose": {
    status: 409,
    title: "The pack is not a good pack outside a closed container.",
    remedy: "Only a commissioned pack that is neither rejected nor packed can be taken as a sample.",
  },
  "line.verdict-path-away": {
    status: 503,
    title: "The line's verdict process does not answer; it is being restarted.",
    remedy: "Wait a moment and look at the run again.",
  },
  "line.journal-broken": {
    status: 409,
    title: "The line's journal does not add up: an entry was altered, added or removed.",
    remedy: "Keep the file as it is and call quality assurance; the line does not start on it.",
  },
  "line.channel": {
    status: 503,
    title: "The verdict path and its gateway do not understand each other.",
    remedy: "Both must be of one release; restart the line.",
  },
  "line.image-gone": {
    status: 404,
    title: "The camera no longer has this picture.",
    remedy: "Cameras keep the latest pictures only.",
  },
} as const;
