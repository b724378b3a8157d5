/** What the DSCSA profile of an EPCIS document finds wrong (GS1 US implementation guideline R1.2). */
export const dscsaRefusals = {
  "dscsa.statement-missing": {
    status: 422,
    title: "Goods ship without an affirmed transaction statement.",
    remedy: "Add gs1ushc:dscsaTransactionStatement to the header.",
  },
  "dscsa.not-commissioned": {
    status: 422,
    title: "A pack ships whose commissioning is not in the document.",
    remedy: "Add its commissioning and the packing that leads to it.",
  },
  "dscsa.container-not-commissioned": {
    status: 422,
    title: "A container ships whose commissioning is not in the document.",
    remedy: "Add it; some partners ask for it.",
  },
  "dscsa.commissioned-twice": {
    status: 422,
    title: "A pack is commissioned twice.",
    remedy: "Declare one of the events in error.",
  },
  "dscsa.packed-twice": {
    status: 422,
    title: "A pack is packed while it is still inside another container.",
    remedy: "Add the unpacking that came between.",
  },
  "dscsa.wrong-order": {
    status: 422,
    title: "A pack is packed or shipped before what must come first.",
    remedy: "Check the event times: commissioning, packing, shipping.",
  },
  "dscsa.lot-missing": {
    status: 422,
    title: "A pack was commissioned without its lot.",
    remedy: "Add cbvmda:lotNumber to the commissioning.",
  },
  "dscsa.expiry-missing": {
    status: 422,
    title: "A pack was commissioned without its expiry date.",
    remedy: "Add cbvmda:itemExpirationDate to the commissioning.",
  },
  "dscsa.seller-missing": {
    status: 422,
    title: "A shipment does not name its seller.",
    remedy: "Add a source of type owning_party.",
  },
  "dscsa.buyer-missing": {
    status: 422,
    title: "A shipment does not name its buyer.",
    remedy: "Add a destination of type owning_party.",
  },
  "dscsa.order-missing": {
    status: 422,
    title: "A shipment names no business transaction.",
    remedy: "Add the purchase order, despatch advice or invoice.",
  },
  "dscsa.sender-missing": {
    status: 422,
    title: "The document does not say who sends it to whom.",
    remedy: "Add the StandardBusinessDocumentHeader.",
  },
  "dscsa.nothing-shipped": {
    status: 422,
    title: "A shipment does not say what ships.",
    remedy: "Name the outermost containers.",
  },
  "dscsa.biz-location-on-shipping": {
    status: 422,
    title: "A shipment names a business location.",
    remedy: "Leave it out; goods that are shipped are at none.",
  },
  "dscsa.product-data-missing": {
    status: 422,
    title: "The master data of a product that ships is missing.",
    remedy: "Add it to the EPCClass vocabulary of the header.",
  },
  "dscsa.location-data-missing": {
    status: 422,
    title: "The master data of a party or place of the shipment is missing.",
    remedy: "Add it to the Location vocabulary of the header.",
  },
  "dscsa.too-many-packs": {
    status: 422,
    title: "The document has more packs than the profile follows.",
    remedy: "Split the document by shipment.",
  },
} as const;
