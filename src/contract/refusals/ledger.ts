/** The ledger of level 4. Events are never refused for what they say; it raises exceptions (`ledger_exception`) instead. */
export const ledgerRefusals = {
  "ledger.exception-unknown": {
    status: 404,
    title: "There is no such open exception.",
    remedy: "Look at the list of exceptions; it may have been resolved meanwhile.",
  },
} as const;
