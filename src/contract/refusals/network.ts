/** Level 5: companies, messages between them, questions to others, authorities. */
export const networkRefusals = {
  "network.unknown-company": {
    status: 404,
    title: "The network does not know this company.",
    remedy: "Check the GLN; a company is admitted by the network's administrator.",
  },
  "network.inactive-company": {
    status: 409,
    title: "The company is not active on the network.",
    remedy: "Ask the network's administrator whether it is still to be admitted or was suspended.",
  },
  "network.not-connected": {
    status: 403,
    title: "These two companies are not connected for this.",
    remedy: "The network's administrator connects them once both agree.",
  },
  "network.not-responsible": {
    status: 403,
    title: "Another company answers for this product.",
    remedy: "A company reports packs of its own products only; check the company prefixes it was admitted with.",
  },
  "network.unknown-number": {
    status: 404,
    title: "No company on the network answers for this number.",
    remedy: "Check the GTIN; its maker may not be on the network.",
  },
  "network.no-answer": {
    status: 503,
    title: "The one who must answer cannot be reached now.",
    remedy: "Try again; the pack is neither verified nor refused.",
  },
  "network.no-authority": {
    status: 422,
    title: "This market has no authority to report to, or its gateway is not configured.",
    remedy: "Check the market; configure its gateway where it has one.",
  },
  "network.prefix-taken": {
    status: 409,
    title: "Another company on the network answers for this company prefix.",
    remedy: "Check the evidence of both companies.",
  },
} as const;
