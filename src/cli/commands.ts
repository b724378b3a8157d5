import { nodeIo, progressOnTerminal } from "./io.ts";

export type Command = {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly details?: readonly string[];
  readonly load: () => Promise<(args: readonly string[]) => Promise<number>>;
};

const level = (name: string, summary: string): Command => ({
  name,
  usage: `${name} --config FILE`,
  summary,
  details: [
    "Runs this level until Ctrl-C or SIGTERM. The file's keys are in docs/configuration.md; a key can be",
    "overridden by the environment (PACKTRAIL_LISTEN_PORT=4100 for listen.port). Exit 3 names a wrong key.",
  ],
  load: async () => {
    const { runLevel } = await import("./level.ts");
    return (args) => runLevel(name, args);
  },
});

export const commands: readonly Command[] = [
  {
    name: "all",
    usage: "all [--data DIR] [--port N] [--empty] [--seed N] [--packs-per-minute N]",
    summary: "Start everything: PostgreSQL, a simulated packaging hall and all five levels, until Ctrl-C",
    details: [
      "  --data DIR             where everything is kept (default .packtrail in this folder)",
      "  --port N               the first of 64 ports (default 4100)",
      "  --empty                no demonstration product, partners and people at the first start",
      "  --seed N               which prints are spoiled in the simulated hall (default 1)",
      "  --packs-per-minute N   pace of the simulated belt (default 300)",
    ],
    load: async () => (await import("./all/command.ts")).allCommand,
  },
  {
    name: "demo",
    usage: "demo [--packs N] [--market us|eu] [--seed N] [--json] [--keep]",
    summary: "Run one work order from the printer to the patient through all five levels, and show it",
    details: [
      "  --packs N    good packs in closed cases (default 480)",
      "  --market M   us (default) or eu",
      "  --seed N     which prints are spoiled, and everything else that is drawn by lot (default 1)",
      "  --json       one JSON object on standard output and nothing else",
      "  --keep       leave logs and data where they are, and say how to go on with them",
    ],
    load: async () => (await import("./demo/command.ts")).demoCommand,
  },
  level("device", "Level 1: a simulated packaging hall that speaks the devices' real protocols over TCP"),
  level("line", "Level 2: one packaging line"),
  level("site", "Level 3: work orders, number buffer, reconciliation and warehouse of one site"),
  level("enterprise", "Level 4: numbers, master data, events, lots, shipments and reports of one company"),
  level("network", "Level 5: companies, messages between them, verification and gateways to authorities"),
  level(
    "eu-hub-sandbox",
    "A SIMULATED stand-in for the European hub and one national system, for demonstrations and tests",
  ),
  {
    name: "migrate",
    usage: "migrate site|enterprise|network --config FILE",
    summary: "Bring one level's database to this release without starting the level",
    load: async () => (await import("./migrate.ts")).migrateCommand,
  },
  {
    name: "export",
    usage: "export --config FILE --to DIR",
    summary: "Write everything of one company (level 4) to a new directory, in open formats with counts and hashes",
    details: [
      "The level may work on: what is written is of one moment. The manifest is written last; a directory without",
      "one is an export that did not end. docs/export-format.md says what each file holds.",
    ],
    load: async () => (await import("./transfer.ts")).exportCommand,
  },
  {
    name: "import",
    usage: "import --config FILE --from DIR",
    summary: "Make an empty database what the exported one was; ends well only when every hash is the same",
    details: ["All of it or nothing: an import that fails or is interrupted leaves the database empty."],
    load: async () => (await import("./transfer.ts")).importCommand,
  },
  {
    name: "import-history",
    usage: "import-history --config FILE --from DIR",
    summary:
      "Take over a former system's history: EPCIS documents (.xml, .json, .jsonld) and used serial numbers (.csv)",
    details: [
      "Serial numbers first, then events, each file once: the command may be run again. Lists name their columns gtin and",
      "serial in the first line. Each file's counts and hash are printed, and the hash of the ledger's state at the end.",
    ],
    load: async () => (await import("./import-history.ts")).importHistoryCommand,
  },
  {
    name: "user",
    usage: "user add enterprise|network --config FILE --name NAME --full-name TEXT --roles ROLE,ROLE",
    summary: "Add a person to a level's people; prints a one-time password",
    load: async () => (await import("./user.ts")).userCommand,
  },
  {
    name: "ledger",
    usage: "ledger verify --config FILE [--json]",
    summary: "Derive everything that level 4 keeps anew from its documents and events, and compare",
    details: [
      "Reads one snapshot and writes nothing: the level may run meanwhile. Exit 1 names what differs.",
      "  --json    one JSON object on standard output and nothing else",
    ],
    load: async () => {
      const { ledgerCommand } = await import("./ledger.ts");
      return (args) => ledgerCommand([...args], { ...nodeIo, progress: progressOnTerminal() });
    },
  },
  {
    name: "keys",
    usage: "keys rewrap --config FILE --to KEYFILE",
    summary: "Put the keys of a stopped level 4's number pools under another key file; no number changes",
    load: async () => (await import("./keys.ts")).keysCommand,
  },
  {
    name: "sim",
    usage: "sim [--seeds N] [--from N] [--break GUARD] [--json]",
    summary: "Run whole companies under a seeded machine with losses and kills, and check every invariant",
    details: [
      "  --seeds N       how many seeds (default 20)",
      "  --from N        the first seed (default 1)",
      "  --break GUARD   take one guard out; the run must then report a violation (--break list names them,",
      "                  --break all takes each out in its turn)",
      "  --json          one object a line",
    ],
    load: async () => (await import("./sim.ts")).simCommand,
  },
  {
    name: "bench",
    usage: "bench NAME… [--json] [--full | --small]",
    summary: "Measure something beside its limit: line, capture, epcis-xml, epcis-json (bench --list names all)",
    details: [
      "  --json    one compact object a line, the headline first",
      "  --full    the long proof",
      "  --small   seconds only: does it still run, and is its result the same",
    ],
    load: async () => {
      const { runBench } = await import("../../bench/run.ts");
      return (args) => runBench([...args], nodeIo);
    },
  },
  {
    name: "gs1",
    usage:
      "gs1 parse TEXT | gs1 convert --to element|bracketed|digital-link|epc|hri [--gcp-length N] [--gcp-table FILE] [TEXT…] | gs1 scan [--chinese] TEXT",
    summary: "Read one GS1 element string in any spelling, or convert many; read the code of a medicine pack",
    details: [
      "convert reads lines from standard input when no TEXT is given; a refused line is `! code`.",
      "scan also reads PPN in Format 06, Chinese codes, and scans that lost their separators, and says which it was.",
    ],
    load: async () => {
      const { gs1Command } = await import("./gs1.ts");
      return (args) => gs1Command([...args], nodeIo);
    },
  },
  {
    name: "epcis",
    usage:
      "epcis validate [--profile dscsa] FILE… | convert FILE --to json|xml|xml1.2 [--epc urn|dl] [--gcp-table FILE] [-o OUT | --out OUT] | hash [--pre] FILE",
    summary: "Check, convert or hash EPCIS documents",
    details: [
      "  --depth-max N         how deep a document may nest",
      "  --event-chars-max N   characters that one event, or the header, may have",
      "  --events-max N        events that a document may have",
    ],
    load: async () => {
      const { epcisCommand } = await import("./epcis.ts");
      return (args) => epcisCommand([...args], nodeIo);
    },
  },
];
