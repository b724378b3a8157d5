/** A company out and in again, and the history of a former system. */
export const transferRefusals = {
  "transfer.not-empty": {
    status: 409,
    title: "The database is not empty.",
    remedy: "Import into a new database that no level has been started on; `at` names a table that has rows.",
  },
  "transfer.other-company": {
    status: 409,
    title: "What was exported is another company's, or of another environment.",
    remedy: "Import with the configuration of the company and environment that the manifest names.",
  },
  "transfer.other-key": {
    status: 409,
    title: "The keys of the number pools do not open with this key file.",
    remedy: "Name the key file of the system that exported in the configuration.",
  },
  "transfer.manifest": {
    status: 422,
    title: "The directory has no whole manifest.",
    remedy: "Export again: the manifest is written last, so an export that did not end has none.",
  },
  "transfer.version": {
    status: 422,
    title: "The export has a form that this release does not read.",
    remedy: "Import with the release that the manifest names, and migrate afterwards.",
  },
  "transfer.damaged": {
    status: 422,
    title: "A file is not what the manifest says.",
    remedy: "Copy the directory again; nothing was imported.",
  },
  "transfer.differs": {
    status: 500,
    title: "What was imported has other hashes than what was exported.",
    remedy: "Nothing was imported. Report it with the names of the files that `at` lists.",
  },
  "transfer.directory": {
    status: 409,
    title: "The directory is not empty, or not there.",
    remedy: "Name a new directory to export to, or the directory of an export to import from.",
  },
  "history.columns": {
    status: 422,
    title: "A list of serial numbers does not name its columns.",
    remedy: "Give the list a first line with `gtin` and `serial`, separated by commas or semicolons.",
  },
  "history.serial": {
    status: 422,
    title: "A serial number in the list is empty, too long, or has a character that GS1 does not allow.",
    remedy: "Correct the line that `at` numbers; nothing of the list was taken over.",
  },
} as const;
