/** Level 4: master data, orders, lots, reports, shipments, verification. */
export const enterpriseRefusals = {
  "product.unknown": {
    status: 404,
    title: "This product is not in the master data.",
    remedy: "Write the product first.",
  },
  "party.unknown": {
    status: 404,
    title: "This company or place is not in the master data.",
    remedy: "Write the company or place first.",
  },
  "work-order.unknown": { status: 404, title: "There is no such work order.", remedy: "Check the order's id." },
  "work-order.site": {
    status: 422,
    title: "The site is not one of this company's.",
    remedy: "Choose a site that is configured here.",
  },
  "work-order.lot-taken": {
    status: 409,
    title: "This lot exists with another expiry, market or status.",
    remedy: "Check lot and expiry, or choose another lot.",
  },
  "work-order.state": {
    status: 409,
    title: "The work order does not allow this any more.",
    remedy: "Look at the order's state.",
  },
  "work-order.other-site": {
    status: 403,
    title: "This order or delivery is another site's.",
    remedy: "A site speaks of its own orders only; check which credential it calls with.",
  },
  "work-order.doubled": {
    status: 409,
    title: "An order like this one was just created and its site has not begun with it.",
    remedy: "It was probably sent twice. For a second one like it, wait until the site has begun with the first.",
  },
  "work-order.numbers": {
    status: 422,
    title: "This is far more numbers than the order can need.",
    remedy: "Check the order's quantity and what the site asks for.",
  },
  "submission.unbalanced": {
    status: 422,
    title: "The submission's reconciliation does not balance.",
    remedy: "The site must reconcile the order again.",
  },
  "submission.not-signed": {
    status: 422,
    title: "The submission carries no signature that closes the order.",
    remedy: "Quality signs the batch record at the site and closes the order there; the submission follows by itself.",
  },
  "submission.signer": {
    status: 422,
    title: "Who signed the closing may not close orders of this company, or is not known to it.",
    remedy:
      "Give the person the role at level 4 if it is theirs and resend the message; else look into it at the site.",
  },
  "submission.documents-missing": {
    status: 409,
    title: "Documents of this submission have not arrived.",
    remedy: "They come by themselves; look at the site's messages if they do not.",
  },
  "submission.count": {
    status: 422,
    title: "The ledger and the submission do not agree on the number of packs.",
    remedy: "Compare the lot's counts with the reconciliation.",
  },
  "lot.unknown": { status: 404, title: "There is no such lot.", remedy: "Check GTIN and lot." },
  "lot.status": { status: 409, title: "The lot's status does not allow this.", remedy: "Look at the lot's status." },
  "lot.report-open": {
    status: 409,
    title: "A report that the market wants first is not accepted yet.",
    remedy: "Send the report and wait for the authority's answer.",
  },
  "lot.expired": { status: 409, title: "The lot has expired.", remedy: "Take it out of stock." },
  "report.unknown": { status: 404, title: "There is no such report.", remedy: "Check the report's id." },
  "report.state": {
    status: 409,
    title: "The report is on its way or answered already.",
    remedy: "Wait for the answer; only refused and new reports are sent.",
  },
  "shipment.unknown": { status: 404, title: "There is no such delivery.", remedy: "Check the delivery's id." },
  "shipment.state": {
    status: 409,
    title: "The delivery's state does not allow this.",
    remedy: "Look at the delivery.",
  },
  "shipment.not-here": {
    status: 409,
    title: "This is not in our possession.",
    remedy: "Check what was scanned; receive it first.",
  },
  "shipment.not-ordered": {
    status: 422,
    title: "What was scanned is not what the delivery orders.",
    remedy: "Compare product, lot and quantity.",
  },
  "shipment.doubled": {
    status: 409,
    title: "A delivery like this one was just ordered and nothing of it is loaded.",
    remedy: "It was probably sent twice. For a second one like it, ship the first.",
  },
  "shipment.inside": {
    status: 422,
    title: "One of the things scanned stands in another.",
    remedy: "Scan the outermost container only, or take the inner one out and ship both in deliveries of their own.",
  },
  "shipment.time": {
    status: 409,
    title: "It was loaded before the last that is known of it, says its site's clock.",
    remedy: "Check the site's clock, then ship the delivery here.",
  },
  "shipment.mismatch": {
    status: 422,
    title: "What was scanned and what was announced differ.",
    remedy: "Put the delivery aside and ask the sender.",
  },
  "shipment.unidentified": {
    status: 422,
    title: "The scan names no pack and no container.",
    remedy: "Scan the pack's code or the container's label.",
  },
  "network.not-configured": {
    status: 409,
    title: "This company has no network configured.",
    remedy: "Configure `network`.",
  },
  "exception.unknown": {
    status: 404,
    title: "There is no such open exception.",
    remedy: "It may have been resolved already.",
  },
  "exception.signature-needed": {
    status: 409,
    title: "An exception of severity error is closed with a signature.",
    remedy: "Sign the resolution.",
  },
  "exception.assignee": {
    status: 422,
    title: "This person may not resolve exceptions.",
    remedy: "Choose somebody who holds the right, and whose account is open.",
  },
  "trace.document-unknown": {
    status: 404,
    title: "There is no such document here.",
    remedy: "Take the document from the trace that names it.",
  },
  "trace.too-large": {
    status: 422,
    title: "This is more than one file holds.",
    remedy: "Export the containers one by one, or ask the EPCIS query interface.",
  },
  "pack.unknown": {
    status: 404,
    title: "Nothing is known of this pack here.",
    remedy: "Check the scan; verify the pack.",
  },
  "pack.not-verified": {
    status: 409,
    title: "The pack was not verified: it must not be dispensed.",
    remedy: "Put it aside and follow the procedure for suspect packs.",
  },
  "retention.plan-changed": {
    status: 409,
    title: "What may be deleted is not what was shown.",
    remedy: "Look at the plan again, and sign that one.",
  },
  "retention.nothing": {
    status: 409,
    title: "There is nothing that may be deleted.",
    remedy: "Nothing is to be done until something is older than its retention and not held.",
  },
  "legal-hold.unknown": {
    status: 404,
    title: "There is no such legal hold, or it was lifted.",
    remedy: "Look at the list of legal holds.",
  },
} as const;
