/** What a check compares, and what to look for when it fails. Screens, batch records and the manual read it here. */
export const reconciliationChecks = {
  allocated: {
    title: "Every number allocated has one final state.",
    remedy: "Find the numbers of the allocation that the states do not cover, or that two of them claim.",
  },
  encoded: {
    title: "Every number printed is commissioned, sampled, scrapped or invalid.",
    remedy: "Compare the journal's print confirmations with the states of the numbers.",
  },
  commissioned: {
    title: "Every pack ever commissioned is good, sampled, destroyed or decommissioned.",
    remedy: "Find commissioned packs without a present state.",
  },
  good: {
    title: "Every good pack is in a closed parent, or loose with authorisation.",
    remedy: "Find the loose packs; pack them, declare them missing, or have them authorised.",
  },
  packed: {
    title: "The closed parents hold as many children as packs say they are packed.",
    remedy: "Compare the parents' closing records with their children.",
  },
  "still-allocated": {
    title: "No number is left neither printed nor given back.",
    remedy: "Return the rest of the allocation or retire it.",
  },
  "still-encoded": {
    title: "No printed number is left undecided.",
    remedy: "Rework the packs of the reject bins, or dispose of the bins and scrap their numbers.",
  },
  printer: {
    title: "The printer's own counter agrees with the prints confirmed, challenge prints included.",
    remedy: "Look for prints without a number, repeated prints and printer restarts.",
  },
  camera: {
    title: "Every trigger of the camera ended in one verdict.",
    remedy: "Look for missed verdicts and double triggers.",
  },
  "camera-printed": {
    title: "The camera saw every pack that was printed, and no other but the challenge kit.",
    remedy: "Look for packs taken off or put on between printer and camera.",
  },
  gate: {
    title: "The gate accepted or rejected every pack the camera saw.",
    remedy: "Look for packs removed between camera and gate.",
  },
  accepted: {
    title: "Every pack that the gate let through is commissioned, and no other but reworked ones.",
    remedy: "Stop: a pack without a commissioned number may have left the line. Recount the output.",
  },
  bin: {
    title: "The reject bins held as many packs as the gate rejected.",
    remedy: "Recount the bins; a missing reject may be among good packs.",
  },
  packml: {
    title: "The machine's production counts agree with the packs accepted.",
    remedy: "Look for a counter that was reset during the run.",
  },
  "not-counted": {
    title: "A counter that the recipe requires was not read.",
    remedy: "Read it from the device, or count by hand and enter the count with a reason.",
  },
  "not-a-count": {
    title: "A figure is not a whole number of things.",
    remedy: "Correct the figure at its source.",
  },
} as const;

export type CheckCode = keyof typeof reconciliationChecks;
