/** Number pools and allocations at level 4. */
export const numbersRefusals = {
  "numbers.no-pool": {
    status: 409,
    title: "There is no such pool, or none open for this level and product.",
    remedy: "Open a number pool for the product, or an SSCC pool for its containers.",
  },
  "numbers.too-late": {
    status: 409,
    title: "Numbers of an earlier system can only be registered before the pool issues its first.",
    remedy: "Close the pool, open one with another length or prefix, and register the numbers there.",
  },
  "numbers.not-of-order": {
    status: 422,
    title: "A number that is given back was not allocated to this work order.",
    remedy: "Check the number that `at` points to, and the order it was allocated to.",
  },
  "numbers.in-use": {
    status: 409,
    title: "A number that is given back stands on a pack.",
    remedy: "Compare what the line reported with what the site returns.",
  },
} as const;
