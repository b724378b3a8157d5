/** Serial numbers: states, pools, allocation, SSCC sequences. */
export const serialsRefusals = {
  "serials.terminal-state": {
    status: 409,
    title: "The number is in a state that nothing leaves.",
    remedy: "Use another number; this one is spent.",
  },
  "serials.never-returns": {
    status: 409,
    title: "A decommissioned number does not come back.",
    remedy: "Give the pack a new number at the rework bench, or destroy it.",
  },
  "serials.not-allowed": {
    status: 409,
    title: "The number's state does not lead to the one asked for.",
    remedy: "Look at the number's history; the steps in between are missing or it was done already.",
  },
  "serials.not-your-move": {
    status: 403,
    title: "Another level writes this state of the number.",
    remedy: "Do it where the number is kept now: at the line, the site or the enterprise.",
  },
  "serials.cause": {
    status: 422,
    title: "The cause is not one that this move can have.",
    remedy: "Choose a cause from the list for this move.",
  },
  "serials.no-evidence": {
    status: 409,
    title: "What has to be on record before the number may move is missing.",
    remedy: "Record the evidence named first: the print, the read, or the disposal.",
  },
  "serials.unknown-state": {
    status: 422,
    title: "There is no serial number state with that number.",
    remedy: "Use the states 0 to 11 of OPC 30260.",
  },
  "serials.alphabet": {
    status: 422,
    title: "The alphabet repeats a character, has too few, or has one that the market does not allow.",
    remedy: "Use at least two distinct characters of GS1 character set 82 that the market allows.",
  },
  "serials.length": {
    status: 422,
    title: "Serial numbers of this length are not allowed in the market.",
    remedy: "Choose a length within the market's rule; AI 21 ends at 20.",
  },
  "serials.prefix": {
    status: 422,
    title: "The fixed prefix is too long or has a character that the market does not allow.",
    remedy: "Leave at least two places after the prefix, and use allowed characters only.",
  },
  "serials.space-too-small": {
    status: 422,
    title: "The pool would hold too few numbers, or make them too easy to guess.",
    remedy: "Choose more places or a larger alphabet.",
  },
  "serials.pool-overlap": {
    status: 409,
    title: "Another pool of the same product or company could give the same numbers.",
    remedy: "Choose another length or fixed prefix.",
  },
  "serials.quantity": {
    status: 422,
    title: "The quantity is not a whole number within the limits.",
    remedy: "Ask for at least one, and split large orders.",
  },
  "serials.pool-closed": {
    status: 409,
    title: "The pool is closed and issues no more numbers.",
    remedy: "Define a new pool with another length or prefix.",
  },
  "serials.pool-exhausted": {
    status: 409,
    title: "The pool has fewer numbers left than were asked for.",
    remedy: "Define a new pool with another length or prefix, or ask for fewer.",
  },
  "serials.not-of-pool": {
    status: 404,
    title: "The number is not one that this pool could give.",
    remedy: "Check the number as printed, and whether it comes from another system or company.",
  },
  "serials.never-issued": {
    status: 404,
    title: "The number has the right form but was never issued.",
    remedy: "Treat the pack as suspect.",
  },
  "serials.extension-digit": {
    status: 422,
    title: "The SSCC extension digit is not 0 to 9.",
    remedy: "Use one digit.",
  },
  "serials.company-prefix": {
    status: 422,
    title: "The GS1 company prefix is not 4 to 12 digits.",
    remedy: "Take the prefix from the company's GS1 licence.",
  },
  "serials.fixed-digits": {
    status: 422,
    title: "The fixed digits of the SSCC sequence are not digits, or leave no room to count.",
    remedy: "Leave at least two digits for the counter.",
  },
  "serials.journal-gap": {
    status: 409,
    title: "An entry of the line's journal is missing.",
    remedy: "Send the journal again from the entry after the last one acknowledged.",
  },
  "serials.journal-chain": {
    status: 409,
    title: "An entry of the line's journal is not what was written, or does not follow the one before it.",
    remedy: "Stop the line and keep its journal; compare it with the site's copy together with quality assurance.",
  },
} as const;
