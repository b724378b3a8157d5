import { describe, expect, test } from "vitest";
import { caught } from "./limits.ts";
import { DocumentText } from "./encoding.ts";

/** The bytes, a character of the text each, given in pieces of `size`. */
function decoded(bytes: string, size = bytes.length) {
  return caught(() => {
    const text = new DocumentText();
    let all = "";
    for (let at = 0; at < bytes.length; at += size)
      all += text.push(Uint8Array.from(bytes.slice(at, at + size), (one) => one.charCodeAt(0)));
    return all + text.end();
  });
}

describe("the encoding of a document", () => {
  test.each([
    ["UTF-8", '{"a":"\xc3\xa4"}', '{"a":"ä"}'],
    ["UTF-8 with a mark", "\xef\xbb\xbf<a/>", "<a/>"],
    ["UTF-16, little end first", "\xff\xfe<\x00a\x00", "<a"],
    ["UTF-16, big end first", "\xfe\xff\x00<\x00a", "<a"],
    [
      "as declared",
      '<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe4</a>',
      '<?xml version="1.0" encoding="ISO-8859-1"?><a>ä</a>',
    ],
  ])("%s", (_, bytes, text) => expect(decoded(bytes)).toEqual({ ok: true, value: text }));

  test.each([
    ["a byte that starts no character", 'abc\xff"', 100, 3],
    ["a character that breaks off", "ab\xc3", 100, 2],
    ["one that another piece breaks off", "ab\xe2\x82x", 3, 2],
    ["one after others, in a later piece", "\xc3\xa4\xc3\xa4\xc3\xa4\x80", 3, 6],
    ["half a UTF-16 unit", "\xff\xfea", 100, 3],
  ])("%s is refused where it stands", (_, bytes, size, at) => {
    expect(decoded(bytes, size)).toMatchObject({ refusal: { code: "epcis.encoding", at: String(at) } });
  });
});
