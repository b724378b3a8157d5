/**
 * What each signature means, in the words that are shown before it is given and recorded with it (21 CFR 11.50(a)(3)):
 * the page shows these and the server records these.
 */
export const signatureMeanings = {
  clearancePerformed: "line clearance performed",
  clearanceVerified: "line clearance verified",
  dispositionPerformed: "bin disposed of",
  dispositionWitnessed: "disposition witnessed",
  writeOffPerformed: "searched for and not found, written off",
  writeOffWitnessed: "write-off of missing packs witnessed",
  reconciliation: "reconciled",
  closing: "batch record reviewed, order closed",
  recipeApproval: "approved for production",
  lotRelease: "certified and released for sale",
  lotHold: "put on hold",
  lotUnhold: "hold lifted after investigation",
  lotRecall: "recalled from the market",
  lotWithdrawal: "withdrawn, never to be sold",
  exceptionResolution: "exception investigated and resolved",
  retentionRun: "records past their retention deleted",
  legalHoldPlaced: "legal hold placed",
  legalHoldLifted: "legal hold lifted",
} as const;
