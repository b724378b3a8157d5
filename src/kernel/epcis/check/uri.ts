/** RFC 3986: an absolute URI, with or without a fragment. */
const PCHAR = "(?:[a-z0-9\\-._~!$&'()*+,;=:@]|%[0-9a-f]{2})";
const AUTHORITY =
  "(?:(?:[a-z0-9\\-._~!$&'()*+,;=:]|%[0-9a-f]{2})*@)?(?:\\[[0-9a-fv.:]+\\]|(?:[a-z0-9\\-._~!$&'()*+,;=]|%[0-9a-f]{2})*)(?::\\d*)?";
const HIER = `(?://${AUTHORITY}(?:/${PCHAR}*)*|/(?:${PCHAR}+(?:/${PCHAR}*)*)?|${PCHAR}+(?:/${PCHAR}*)*)`;
const URI = new RegExp(`^[a-z][a-z0-9+\\-.]*:${HIER}(?:\\?(?:${PCHAR}|[/?])*)?(?:#(?:${PCHAR}|[/?])*)?$`, "i");
/** What nearly all identifiers are made of: quick to recognise, and a URI whatever follows the scheme. */
const PLAIN = /^[a-z][a-z0-9+\-.]*:[a-z0-9\-._~!$&'()*+,;=:@]+$/i;

export function isUri(text: string): boolean {
  return PLAIN.test(text) || URI.test(text);
}
