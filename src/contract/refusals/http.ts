/** What the web interface refuses by itself, before any rule of a level is asked (RFC 9110, RFC 9457). */
export const httpRefusals = {
  "http.malformed": {
    status: 400,
    title: "The body of the request is not what its media type says.",
    remedy: "Send well-formed JSON in UTF-8, or the document type that the endpoint lists.",
  },
  "http.invalid": {
    status: 400,
    title: "The request does not fit the schema of this endpoint.",
    remedy: "Correct the value that `at` points to; /openapi.json shows the schema.",
  },
  "http.envelope": {
    status: 400,
    title: "A header that every message needs is missing or malformed.",
    remedy: "Send the header named in `at`: idempotency-key, packtrail-owner and packtrail-environment.",
  },
  "http.not-found": {
    status: 404,
    title: "There is nothing at this address.",
    remedy: "Check the address against /openapi.json.",
  },
  "http.method": {
    status: 405,
    title: "This address does not take that method.",
    remedy: "Use one of the methods that the Allow header lists.",
  },
  "http.media-type": {
    status: 415,
    title: "This endpoint does not take that media type.",
    remedy: "Send one of the media types that /openapi.json lists for the endpoint.",
  },
  "http.too-large": {
    status: 413,
    title: "The body is larger than this endpoint takes.",
    remedy: "Split the message, or send a document to the endpoint that streams.",
  },
  "http.origin": {
    status: 403,
    title: "A signed-in browser sent a change from another site's page.",
    remedy: "Use this level's own pages, or list the site in `allowedOrigins`.",
  },
  "http.too-many-streams": {
    status: 503,
    title: "Too many live pages are open.",
    remedy: "Close pages that are not looked at and load this one again.",
  },
  "http.internal": {
    status: 500,
    title: "The program found an error in itself; the request had no effect.",
    remedy: "Give the trace id to whoever looks after this system.",
  },
  "http.upstream": {
    status: 502,
    title: "A system that this one needed refused for good.",
    remedy: "Look at the connection named in the detail; trying again will not help by itself.",
  },
  "http.unavailable": {
    status: 503,
    title: "A system that this one needs is not reachable now; nothing was done.",
    remedy: "Try again after the seconds in Retry-After.",
  },
  "http.outcome-unknown": {
    status: 504,
    title: "The answer was lost on its way: the request may have been done.",
    remedy: "Send the same message id again, or look before repeating.",
  },
  "http.unexpected": {
    status: 502,
    title: "The answer was not one that this program understands.",
    remedy: "Check that the address is a Packtrail level of the same or the previous release.",
  },
} as const;
