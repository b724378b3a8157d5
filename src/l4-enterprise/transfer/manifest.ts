import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { canonicalHash } from "../../runtime/canonical-hash.ts";

export const manifestFile = "manifest.json";
const format = "packtrail-company";
const version = 1;

const FileEntry = Type.Object({
  file: Type.String({ pattern: "^[a-z-]+\\.jsonl$" }),
  rows: Type.Integer({ minimum: 0 }),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
});
export type FileEntry = Static<typeof FileEntry>;

/** What a directory holds: written last, so that a directory without one is an export that did not end. */
const Manifest = Type.Object({
  format: Type.Literal(format),
  version: Type.Literal(version),
  program: Type.String(),
  exportedAt: Type.Integer({ minimum: 0 }),
  company: Type.Object({ gln: Type.String(), name: Type.String() }),
  environment: Type.String(),
  files: Type.Array(FileEntry),
  /** State, place and history of every pack and container; see `stateHash`. */
  state: Type.Object({ objects: Type.Integer({ minimum: 0 }), sha256: Type.String() }),
  /** Over files and state: two systems that hold the same have the same. */
  contentSha256: Type.String(),
  transfers: Type.Array(FileEntry),
  notIncluded: Type.Record(Type.String(), Type.String()),
  remarks: Type.Array(Type.String()),
});
export type Manifest = Static<typeof Manifest>;

export type Content = Pick<Manifest, "files" | "state">;

export function makeManifest(made: Omit<Manifest, "format" | "version" | "contentSha256">): Manifest {
  return { format, version, ...made, contentSha256: contentHash(made) };
}

export function contentHash({ files, state }: Content): string {
  return canonicalHash({ files, state });
}

/** Refuses `transfer.manifest` what is not one of ours, `transfer.version` one of another release's form. */
export function readManifest(text: string): Result<Manifest> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return refuse("transfer.manifest", manifestFile);
  }
  const said = raw as { format?: unknown; version?: unknown } | null;
  if (said?.format === format && said.version !== version) return refuse("transfer.version", manifestFile);
  if (!Value.Check(Manifest, raw)) return refuse("transfer.manifest", manifestFile);
  return contentHash(raw) === raw.contentSha256 ? ok(raw) : refuse("transfer.manifest", manifestFile);
}

/** Names of what differs between two contents. */
export function differences(is: Content, should: Content): string[] {
  const found = new Map(is.files.map((each) => [each.file, each]));
  const files = should.files.filter(({ file, sha256 }) => found.get(file)?.sha256 !== sha256).map(({ file }) => file);
  return is.state.sha256 === should.state.sha256 ? files : [...files, "state"];
}
