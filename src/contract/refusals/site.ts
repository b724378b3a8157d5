/** A packaging site: work orders, numbers, recipes, journals, reconciliation, closing, warehouse. */
export const siteRefusals = {
  "site.owner": {
    status: 403,
    title: "The message speaks for another company than the one it is about.",
    remedy: "Send it under the owner whose order or delivery it is.",
  },
  "site.owner-unknown": {
    status: 403,
    title: "The site does not work for this company.",
    remedy: "Ask the site to configure the owner and its level 4.",
  },
  "site.other-site": {
    status: 409,
    title: "The work order is for another site.",
    remedy: "Send it to the site that it names.",
  },
  "site.other-id": {
    status: 422,
    title: "The path and the body name different things.",
    remedy: "Use the id of the body in the path.",
  },
  "site.other-line": {
    status: 403,
    title: "A line tells only of itself.",
    remedy: "Use the line's own credential, named like the line.",
  },

  "site.order-unknown": {
    status: 404,
    title: "The site has no such work order.",
    remedy: "Look at the list of orders; level 4 may not have sent it yet.",
  },
  "site.order-differs": {
    status: 409,
    title: "The site holds this work order with other contents.",
    remedy: "Give a changed order an id of its own.",
  },
  "site.order-numbered": {
    status: 409,
    title: "The order has its numbers.",
    remedy: "Nothing is left to be asked for.",
  },
  "site.order-run": {
    status: 409,
    title: "Only an order that no line has been given can be cancelled.",
    remedy: "End its run at the line, early if need be; numbers that were not used go back when it is reconciled.",
  },
  "site.nothing-refused": {
    status: 409,
    title: "No request for numbers of this order was refused.",
    remedy: "Wait for level 4's answer; the page of messages says whether it is on its way.",
  },
  "site.order-not-numbered": {
    status: 409,
    title: "Only an order that has its numbers and no line yet can be given to a line.",
    remedy: "Wait until level 4 has given the numbers; an order goes to one line once.",
  },
  "site.order-not-on-line": { status: 409, title: "The order is not on a line.", remedy: "Give it to a line first." },
  "site.order-not-completed": {
    status: 409,
    title: "Only an order whose run is complete and that is not yet reconciled can be reconciled.",
    remedy: "Complete the run at the line, count its bin and dispose of it.",
  },
  "site.order-not-reconciled": {
    status: 409,
    title: "Only a reconciled order that is not yet closed can be closed.",
    remedy: "Reconcile it first.",
  },
  "site.order-not-closed": { status: 409, title: "Only a closed order is submitted.", remedy: "Close it first." },

  "site.numbers-wrong": {
    status: 422,
    title: "The numbers that level 4 gave cannot be used.",
    remedy: "See which number is meant and have level 4's pool looked at.",
  },

  "site.recipe-unknown": {
    status: 404,
    title: "The site has no such version of the recipe.",
    remedy: "Look at the list of recipes.",
  },
  "site.recipe-version": {
    status: 409,
    title: "Versions of a recipe follow one another without a gap.",
    remedy: "Write the version that is next; another one may have been written meanwhile.",
  },
  "site.recipe-not-draft": {
    status: 409,
    title: "Only a draft can be approved.",
    remedy: "Write the next version; an approved one never changes.",
  },
  "site.recipe-older": {
    status: 409,
    title: "A later version of the recipe is approved.",
    remedy: "Write the next version with what this one says.",
  },
  "site.recipe-not-approved": {
    status: 409,
    title: "The recipe has no approved version.",
    remedy: "Have a draft approved by somebody else than its author.",
  },
  "site.recipe-pattern": {
    status: 409,
    title: "The recipe packs otherwise than the order's product is registered.",
    remedy: "Choose a recipe with the order's packs a case and cases a pallet.",
  },

  "site.line-unknown": {
    status: 404,
    title: "The site has no such line.",
    remedy: "Look at the list of lines; a new one is added to the site's configuration.",
  },
  "site.journal-forked": {
    status: 409,
    title: "The line tells another past than it told before.",
    remedy: "Stop the line, keep its file and the site's copy, and call quality assurance.",
  },

  "site.not-ended": {
    status: 409,
    title: "The line has not told the end of the run.",
    remedy: "Wait for the rest of its journal, or end the run at the line.",
  },
  "site.unaccounted": {
    status: 409,
    title: "Numbers are not accounted for.",
    remedy:
      "Find the numbers without a final state: rework, dispose of the bin, or write off at the line what is missing.",
  },
  "site.counters-disagree": {
    status: 409,
    title: "What machines and people counted does not agree with the numbers.",
    remedy: "Recount what can be recounted and investigate the rest; a batch that does not balance is not closed.",
  },
  "site.integrity": {
    status: 409,
    title: "The records of the batch do not agree with each other.",
    remedy: "See the rules named; each has to be cleared before the order is closed.",
  },
  "site.not-waived": {
    status: 409,
    title: "A warning of the batch has not been waived.",
    remedy: "Read each warning and state the reason why the order may be closed with it.",
  },
  "site.not-closed": {
    status: 404,
    title: "The order has no sealed batch record yet.",
    remedy: "QA closes the order first.",
  },

  "site.delivery-unknown": {
    status: 404,
    title: "The site has no such delivery.",
    remedy: "Look at the list of deliveries; level 4 may not have sent it yet.",
  },
  "site.delivery-differs": {
    status: 409,
    title: "The site holds this delivery with other contents.",
    remedy: "Give a changed delivery an id of its own.",
  },
  "site.delivery-loaded": {
    status: 409,
    title: "The delivery was loaded and reported.",
    remedy: "Order another delivery for what is still wanted.",
  },
  "site.scan-not-sscc": {
    status: 422,
    title: "What was scanned is no logistic label.",
    remedy: "Scan the label with the SSCC, AI 00.",
  },
  "site.container-unknown": {
    status: 404,
    title: "The site knows no such container.",
    remedy: "Set it aside; it may be of another site or a foreign label.",
  },
  "site.container-inside": {
    status: 409,
    title: "The container stands inside another one.",
    remedy: "Scan the label of the outer container, or open it first.",
  },
  "site.container-not-closed": {
    status: 409,
    title: "The container is not a whole, closed one.",
    remedy: "Set it aside and look at its history.",
  },
  "site.container-not-submitted": {
    status: 409,
    title: "The order of this container is not submitted yet.",
    remedy: "Close the order; it stands in the warehouse when level 4 has accepted it.",
  },
  "site.container-owner": {
    status: 409,
    title: "The container belongs to another company.",
    remedy: "Load only what belongs to the delivery's owner.",
  },
  "site.container-loaded": {
    status: 409,
    title: "The container was loaded for a delivery before.",
    remedy: "Check the dock; it should not stand here any more.",
  },
  "site.container-twice": {
    status: 409,
    title: "The container was scanned twice.",
    remedy: "Scan each container once.",
  },
  "site.container-not-ordered": {
    status: 409,
    title: "The delivery does not ask for this product and lot.",
    remedy: "Put it back; load what the delivery's lines name.",
  },
  "site.container-expired": {
    status: 409,
    title: "The container's expiry date has passed.",
    remedy: "Put it into quarantine.",
  },
  "site.over-pick": {
    status: 409,
    title: "The container holds more packs than the delivery still wants.",
    remedy: "Choose a smaller container.",
  },
} as const;
