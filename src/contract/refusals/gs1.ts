/** Identification keys, element strings, Digital Links and EPC URIs: GS1 General Specifications, TDS, Digital Link. */
export const gs1Refusals = {
  "gs1.empty": {
    status: 422,
    title: "There are no elements.",
    remedy: "Scan again, or check that the field is filled.",
  },
  "gs1.too-long": {
    status: 422,
    title: "The text is longer than any symbol or URI of its kind.",
    remedy: "Check that one scan was sent, not several.",
  },
  "gs1.symbology-unsupported": {
    status: 422,
    title: "The symbology identifier is not one that carries GS1 elements.",
    remedy: "Scan the GS1 symbol of the pack (]d2, ]C1, ]Q3, ]J1, ]e0, ]E0, ]E4, ]I1).",
  },
  "gs1.ai-malformed": {
    status: 422,
    title: "An application identifier of two to four digits was expected here.",
    remedy: "Check that the scanner sends GS between elements and that nothing was cut off.",
  },
  "gs1.ai-unknown": {
    status: 422,
    title: "GS1 has not assigned this application identifier.",
    remedy: "Check the symbol's content; a separator may be missing before it.",
  },
  "gs1.ai-repeated": {
    status: 422,
    title: "An application identifier stands twice with different values.",
    remedy: "Read one item at a time.",
  },
  "gs1.ai-requires": {
    status: 422,
    title: "An element lacks the element that it must stand with.",
    remedy: "Read all symbols of the item together, or correct the symbol.",
  },
  "gs1.ai-excludes": {
    status: 422,
    title: "Two elements may not stand on one item.",
    remedy: "Correct the symbol.",
  },
  "gs1.value-empty": {
    status: 422,
    title: "The element has no value.",
    remedy: "Check the symbol's content.",
  },
  "gs1.value-length": {
    status: 422,
    title: "The value is too long or too short.",
    remedy: "Compare it with the format of its application identifier; a separator may be missing after it.",
  },
  "gs1.value-character": {
    status: 422,
    title: "The value holds a character that it may not hold.",
    remedy: "Check the scanner's keyboard layout and the symbol's content.",
  },
  "gs1.check-digit": {
    status: 422,
    title: "The check digit is wrong.",
    remedy: "Read or type the number again.",
  },
  "gs1.check-characters": {
    status: 422,
    title: "The pair of check characters is wrong.",
    remedy: "Read or type the number again.",
  },
  "gs1.company-prefix": {
    status: 422,
    title: "The key does not start with a GS1 company prefix.",
    remedy: "Check the key; its company prefix consists of digits.",
  },
  "gs1.company-prefix-length": {
    status: 422,
    title: "The company prefix does not have a length that fits here.",
    remedy: "Give the length of the company prefix as licensed: six to twelve digits in an EPC URI.",
  },
  "gs1.company-prefix-unknown": {
    status: 422,
    title: "How long the company prefix of this key is, is not known.",
    remedy: "Give its length, or a table of company prefixes from GS1 that covers it.",
  },
  "gs1.company-prefix-table": {
    status: 422,
    title: "The table of company prefixes is not in the form in which GS1 publishes it.",
    remedy: "Use gcpprefixformatlist.json from GS1.",
  },
  "gs1.letter-missing": {
    status: 422,
    title: "The identifier must hold a character that is not a digit.",
    remedy: "Correct the highly individualised device registration identifier.",
  },
  "gs1.date": {
    status: 422,
    title: "There is no such date, or the day may not be left open.",
    remedy: "Correct the date; the order is year, month, day.",
  },
  "gs1.time": {
    status: 422,
    title: "There is no such time of day.",
    remedy: "Correct the time; the order is hour, minute, second.",
  },
  "gs1.country": {
    status: 422,
    title: "There is no such country code.",
    remedy: "Use a code of ISO 3166-1 in the form that the element asks for.",
  },
  "gs1.currency": {
    status: 422,
    title: "There is no such currency code.",
    remedy: "Use a numeric code of ISO 4217.",
  },
  "gs1.percent-encoding": {
    status: 422,
    title: "A percent sign does not start two hexadecimal digits.",
    remedy: "Write a percent sign itself as %25.",
  },
  "gs1.coupon": {
    status: 422,
    title: "The coupon code breaks its layout here.",
    remedy: "Compare it with the North American coupon specification of GS1 US.",
  },
  "gs1.zero": {
    status: 422,
    title: "The number may not be zero.",
    remedy: "Correct the number.",
  },
  "gs1.not-zero": {
    status: 422,
    title: "This digit must be zero.",
    remedy: "Correct the digit that fills the key up.",
  },
  "gs1.leading-zero": {
    status: 422,
    title: "The number may not start with a zero.",
    remedy: "Leave the leading zeros out.",
  },
  "gs1.winding": {
    status: 422,
    title: "The winding direction must be 0, 1 or 9.",
    remedy: "Correct the winding direction of the roll.",
  },
  "gs1.piece-of-total": {
    status: 422,
    title: "The piece number must be from 1 to the total number of pieces.",
    remedy: "Correct piece or total.",
  },
  "gs1.iban": {
    status: 422,
    title: "The international bank account number is wrong.",
    remedy: "Compare it with the account's statement.",
  },
  "gs1.importer-index": {
    status: 422,
    title: "The importer index is not one of its sixty-four characters.",
    remedy: "Correct the importer index.",
  },
  "gs1.package-type": {
    status: 422,
    title: "There is no such package type code.",
    remedy: "Use a code of the GS1 list PackageTypeCode.",
  },
  "gs1.media-type": {
    status: 422,
    title: "There is no such carrier media type.",
    remedy: "Use 01 to 10, or 80 to 99 by agreement.",
  },
  "gs1.sex": {
    status: 422,
    title: "The code for biological sex must be 0, 1, 2 or 9.",
    remedy: "Use a code of ISO/IEC 5218.",
  },
  "gs1.birth-sequence": {
    status: 422,
    title: "The birth sequence must be a position, a slash and a total, such as 1/2.",
    remedy: "Correct the birth sequence.",
  },
  "gs1.latitude": {
    status: 422,
    title: "The latitude is beyond 180 degrees from the south pole.",
    remedy: "Correct the latitude.",
  },
  "gs1.longitude": {
    status: 422,
    title: "The longitude is beyond 360 degrees.",
    remedy: "Correct the longitude.",
  },
  "gs1.yes-no": {
    status: 422,
    title: "The flag must be 0 or 1.",
    remedy: "Correct the flag.",
  },
  "gs1.hyphen": {
    status: 422,
    title: "Only a hyphen may stand here, for a temperature below zero.",
    remedy: "Correct the temperature's sign.",
  },
  "gs1.bracket": {
    status: 422,
    title: "An application identifier in brackets was expected here.",
    remedy: "Write it as (01)…; an opening bracket inside a value as \\(.",
  },
  "gs1.digital-link-malformed": {
    status: 422,
    title: "This is no web address.",
    remedy: "A Digital Link starts with https:// and a host, and has a path.",
  },
  "gs1.digital-link-key": {
    status: 422,
    title: "There is no primary key for a Digital Link.",
    remedy: "A Digital Link identifies something: a GTIN, SSCC, GLN or another key stands in its path.",
  },
  "gs1.digital-link-qualifier": {
    status: 422,
    title: "This element may not qualify the key, or not at this place.",
    remedy: "Put qualifiers into the standard's order; for a GTIN variant, lot, serial number.",
  },
  "gs1.digital-link-attribute": {
    status: 422,
    title: "This element may not stand in the query of this Digital Link.",
    remedy: "Put it into the path if it qualifies the key, else leave it out.",
  },
  "gs1.epc-malformed": {
    status: 422,
    title: "This is no EPC URI of its scheme.",
    remedy:
      "Compare it with the Tag Data Standard; it is urn:epc:id:, urn:epc:class: or urn:epc:idpat: and fields with dots.",
  },
  "gs1.epc-scheme": {
    status: 422,
    title: "There is no such EPC scheme of a GS1 key.",
    remedy: "Use sgtin, sscc, sgln, lgtin or another scheme of the Tag Data Standard.",
  },
  "gs1.epc-character": {
    status: 422,
    title: "This character must be percent-encoded in an EPC URI.",
    remedy: "Write it as % and two hexadecimal digits.",
  },
  "gs1.epc-none": {
    status: 422,
    title: "No element is a key that an EPC URI can spell.",
    remedy: "Use the element string or a Digital Link.",
  },
  "gs1.epc-pattern": {
    status: 422,
    title: "The pattern covers everything of a company and fixes no key.",
    remedy: "Only a pattern that fixes the key can be written in another way.",
  },
  "gs1.subject": {
    status: 422,
    title: "This names no pack, container, lot or place.",
    remedy: "Give a GTIN with its serial or lot, an SSCC, or a GLN.",
  },
  "gs1.format-06-malformed": {
    status: 422,
    title: "This is no field of an ISO/IEC 15434 message in Format 06.",
    remedy: "Check that the scanner sends control characters.",
  },
  "gs1.product-code-missing": {
    status: 422,
    title: "The symbol carries no product code.",
    remedy: "Scan the code of the pack itself.",
  },
  "gs1.scan-ambiguous": {
    status: 422,
    title: "The twenty digits can be GS1 data and a Chinese drug code.",
    remedy: "Have the scanner send symbology identifiers, or say which of the two is expected.",
  },
  "gs1.separator-lost": {
    status: 422,
    title: "The scanner lost the separators, and the text can be cut in several ways.",
    remedy: "Have the scanner send GS (ASCII 29), and scan again.",
  },
} as const;
