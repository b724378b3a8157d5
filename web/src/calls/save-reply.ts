import type { ClientReply } from "../../../src/contract/client.ts";

/** Gives the person a reply's bytes as a file, named as the level named it. */
export function saveReply({ headers, body }: ClientReply): void {
  const name = /filename="([^"]+)"/.exec(headers["content-disposition"] ?? "")?.[1] ?? "file";
  const type = headers["content-type"] ?? "application/octet-stream";
  const address = URL.createObjectURL(new Blob([body as Uint8Array<ArrayBuffer>], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by then; at once would be too early for some.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
