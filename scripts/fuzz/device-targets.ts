import { commandFramer, messageFramer, parseResult, printResult } from "../../src/l1-device/dataman/protocol.ts";
import { requestFramer } from "../../src/l1-device/modbus-plc/protocol.ts";
import { parseHostStatus, printHostStatus, replyFramer } from "../../src/l1-device/zebra/protocol.ts";
import { zplFramer } from "../../src/l1-device/zebra/zpl.ts";
import { find, parseSoap, printSoap } from "../../src/l5-network/authorities/eu-hub/soap.ts";
import { accepted, hold, judge, reparsed, same, type Target } from "./target.ts";

/** Protocols are bytes: a character of the input is one byte. */
const bytesOf = (input: string) => Buffer.from(input, "latin1");

type Framer<T> = (chunk: Uint8Array) => readonly T[];

/** What comes whole and what comes byte by byte is the same, but for what could not be understood. */
function bothWays<T>(input: string, framer: () => Framer<T>, understood: (one: T) => boolean): readonly T[] {
  const bytes = bytesOf(input);
  const whole = framer()(bytes);
  if (bytes.length > 300) return whole;
  const piecewise = framer();
  const pieces = Array.from(bytes, (byte) => piecewise(Uint8Array.of(byte))).flat();
  same(pieces.filter(understood), whole.filter(understood), "bytes mean the same however they are cut");
  return whole;
}

const answerOf = (kinds: readonly string[]) =>
  kinds.length === 0 ? "nothing yet" : kinds.includes("garbage") ? "garbage" : accepted;

const zebraReplies: Target = {
  name: "device.zebra-replies",
  seeds: [
    "TAKEN=0000000001\r\nPRINTED=0000000001\r\n",
    '"123456"\r\n',
    printHostStatus({
      paperOut: false,
      paused: true,
      formatsInBuffer: 3,
      bufferFull: false,
      headUp: false,
      ribbonOut: true,
      labelWaiting: false,
      labelsRemaining: 12,
    }),
  ],
  words: ["TAKEN=", "PRINTED=", "\x02", "\x03", "\r\n", '"', ",", "030,0,0"],
  joints: "\r\n,\x02\x03=",
  nests: [["\x02", "\x03"]],
  attempt(input) {
    const replies = bothWays(input, replyFramer, ({ type }) => type !== "garbage");
    for (const reply of replies) {
      if (reply.type !== "status") continue;
      const strings = printHostStatus(reply.status).split("\r\n").slice(0, 3);
      same(parseHostStatus(strings.map((one) => one.slice(1, -1))), reply.status, "print∘parse keeps the status");
    }
    return answerOf(replies.map(({ type }) => type));
  },
};

/** The simulated printer's side: it stands on the network as a real one does. */
const zpl: Target = {
  name: "device.zpl",
  seeds: [
    "^XA^CI28^JZN^PW600^LL300\n^FO10,10^BXN,6,200,0,0,6,_,1^FH\\^FD_10109506000134352^FS\n^FO10,90^AAN,18,10^FH\\^FDLOT A^FS\n^FN1^FD0000000001^FS\n^FH\\^HV1,10,TAKEN=,\\0D\\0A,F^FS^PQ1^XZ",
    "^XA^BY2^FO10,10^BCN,80,N,N,N,A^FH\\^FD>;>800106141412345678908^FS^XZ",
    "~HS~JA",
    '! U1 getvar "odometer.total_label_count"\r\n',
  ],
  words: [
    "^XA",
    "^XZ",
    "^FO",
    "^FD",
    "^FS",
    "^FH\\",
    "^BX",
    "^BC",
    "^AA",
    "^PQ",
    "^HV1,10,A,B,F",
    "^CI28",
    "~HS",
    "~JA",
    "\\5E",
    "_1",
    ",",
    "^FN1",
  ],
  joints: "^~,\n",
  nests: [["^XA", "^XZ"]],
  attempt: (input) => answerOf(bothWays(input, zplFramer, () => false).map(({ type }) => type)),
};

const result = printResult({
  triggerId: 7,
  imageId: "img-7",
  symbols: [{ symbology: "]d2", elements: "0109506000134352", corners: [0, 0, 9, 0, 9, 9, 0, 9], grade: 3.5 }],
  text: { matched: true, scoreMin: 0.913 },
});
const dmcc = {
  words: [
    "||",
    "||0:1",
    "||1:2",
    ">",
    "[0]",
    "[103]",
    "\r\n",
    "\x02",
    "\x03",
    "|",
    "]d2,",
    ":",
    "-",
    "1:0.9",
    "GET",
    "SET",
    "TRIGGER ON",
  ],
  joints: "|:,[]\r\n\x02\x03>",
  nests: [["\x02", "\x03"]] as const,
};

const cameraMessages: Target = {
  ...dmcc,
  name: "device.dmcc-messages",
  seeds: [`||0:12[0]OK\r\n`, result, `||1:3[0]A\x01\r\n${result}||0:4[100]\r\n`],
  attempt(input) {
    const messages = bothWays(input, messageFramer, ({ type }) => type !== "garbage");
    for (const message of messages)
      hold(message.type !== "garbage" || message.code.startsWith("device."), "garbage has a code");
    return answerOf(messages.map(({ type }) => type));
  },
};

const cameraCommands: Target = {
  ...dmcc,
  name: "device.dmcc-commands",
  seeds: [
    "||0:1>GET DEVICE.TYPE\r\n",
    "||>TRIGGER ON\r\n",
    "||0:2>SET SCRIPT.TEXT-LINE 0 TE9U\r\n||0:3>SET SCRIPT.JOB 1\r\n",
  ],
  attempt: (input) => answerOf(bothWays(input, commandFramer, () => true).map(() => "command")),
};

const readResult: Target = {
  ...dmcc,
  name: "device.dmcc-result",
  seeds: [result.slice(1, -1), "3|img-3|0|-", "4|img-4|1|]C1,MDA=,1:2:3:4:5:6:7:8,4|0:0.25"],
  attempt: (input) =>
    judge(parseResult(input), input, "any", (read) => {
      const printed = printResult(read).slice(1, -1);
      same(reparsed(parseResult(printed), printed), read, "print∘parse keeps the result", printed);
    }),
};

const modbus: Target = {
  name: "device.modbus",
  seeds: [
    "\x00\x01\x00\x00\x00\x06\x01\x03\x00\x00\x00\x0a",
    "\x00\x02\x00\x00\x00\x06\x01\x06\x00\x05\x00\x01",
    "\x00\x03\x00\x00\x00\x0b\x01\x10\x00\x05\x00\x02\x04\x00\x01\x00\x02",
  ],
  words: ["\x00\x00", "\x00\x06", "\xff\xff", "\x03", "\x10", "\x00\x7d", "\x00\x7e"],
  joints: "\x00\x01",
  nests: [],
  attempt(input) {
    const framer = () => {
      const frame = requestFramer();
      return (chunk: Uint8Array): readonly unknown[] => {
        const { requests, broken } = frame(chunk);
        return broken ? [...requests, "broken"] : requests;
      };
    };
    const whole = framer()(bytesOf(input));
    // A broken stream is hung up on: what a reader would make of the bytes behind it does not matter.
    if (!whole.includes("broken")) bothWays(input, framer, () => true);
    return whole.includes("broken") ? "broken" : answerOf(whole.map(() => "request"));
  },
};

/** What a national system answers. Its refusals mark no place: it is a machine's text, whole or not. */
const soap: Target = {
  name: "hub.soap",
  seeds: [
    printSoap("G110Response", [
      {
        name: "Header",
        attributes: {},
        children: [{ name: "Code", attributes: { a: "1" }, children: [], text: "NMVS_SUCCESS" }],
      },
      {
        name: "Body",
        attributes: {},
        children: [{ name: "Pack", attributes: { sn: "A&B" }, children: [], text: "Active" }],
      },
    ]),
  ],
  words: [
    "<soap:Body>",
    "</soap:Body>",
    "<!DOCTYPE a [<!ENTITY x 'y'>]>",
    "&x;",
    "&amp;",
    "&#0;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "xmlns:soap=''",
    "__proto__",
    "<urn:a/>",
  ],
  joints: '<>"= ',
  nests: [["<a>", "</a>"]],
  attempt: (input) =>
    judge(parseSoap(input), input, "any", (message) => {
      hold(typeof message.name === "string" && Array.isArray(message.children), "a message is an element");
      find(message, "Header", "Code");
    }),
};

export const deviceTargets: readonly Target[] = [
  zebraReplies,
  zpl,
  cameraMessages,
  cameraCommands,
  readResult,
  modbus,
  soap,
];
