/** The gateway to the European hub and the national systems. */
export const euHubRefusals = {
  "eu-hub.malformed": {
    status: 502,
    title: "The hub's message cannot be read.",
    remedy: "Look at the message kept with the report; tell the hub's operator.",
  },
} as const;
