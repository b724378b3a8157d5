/** Faults of the world around a level: the network, the databases, the configuration. Their class says what may happen next. */
export const runtimeRefusals = {
  "network.url": {
    status: 500,
    title: "An address is not a URL of HTTP.",
    remedy: "Correct the address in the configuration.",
  },
  "network.request": {
    status: 500,
    title: "A request cannot be written as HTTP.",
    remedy: "Look for control characters in the configured address or token.",
  },
  "network.unreachable": {
    status: 503,
    title: "The other side cannot be reached; nothing was sent.",
    remedy: "It is tried again by itself. Check that the other side runs and that its address is right.",
  },
  "network.connect-timeout": {
    status: 503,
    title: "The other side did not take the connection in time; nothing was sent.",
    remedy: "It is tried again by itself. Check the network between the two.",
  },
  "network.timeout": {
    status: 504,
    title: "The other side did not answer in time, and may have acted.",
    remedy: "A message is tried again safely under its id; for anything else look at the other side first.",
  },
  "network.broken": {
    status: 502,
    title: "The connection broke before the answer was complete, and the other side may have acted.",
    remedy: "A message is tried again safely under its id; for anything else look at the other side first.",
  },
  "database.connection": {
    status: 503,
    title: "The connection to the database was lost or could not be made.",
    remedy: "Check that PostgreSQL runs and that its URL is right, then try again.",
  },
  "database.unavailable": {
    status: 503,
    title: "The database is starting, stopping, or takes no more connections.",
    remedy: "Try again in a moment.",
  },
  "database.conflict": {
    status: 503,
    title: "Too many changes to the same thing at once.",
    remedy: "Try again.",
  },
  "database.resources": {
    status: 503,
    title: "The database has run out of disk, memory or another resource.",
    remedy: "Free what its log names, then try again.",
  },
  "database.canceled": {
    status: 503,
    title: "A statement was ended before it was done.",
    remedy: "Try again; if it happens often, look for what holds the locks.",
  },
  "database.statement": {
    status: 500,
    title: "The database refused a statement.",
    remedy: "This is a defect; report it with the trace id.",
  },
  "sqlite.busy": {
    status: 503,
    title: "Another process holds the line's file.",
    remedy: "Make sure that the line runs once only.",
  },
  "sqlite.disk-full": {
    status: 503,
    title: "The disk of the line's file is full.",
    remedy: "Free space on the disk, then try again.",
  },
  "sqlite.input-output": {
    status: 500,
    title: "The disk of the line's file failed.",
    remedy: "Stop the line, check the disk, and continue from a copy of the file if it must be replaced.",
  },
  "sqlite.statement": {
    status: 500,
    title: "The line's file refused a statement.",
    remedy: "This is a defect; report it with the trace id.",
  },
  "migration.changed": {
    status: 500,
    title: "The database was made by other migrations than this program's.",
    remedy: "Run the release that made it, or restore the database that belongs to this release.",
  },
  "migration.newer": {
    status: 500,
    title: "The database belongs to a newer release than this program.",
    remedy: "Run that release or a later one; going back needs a backup from before the update.",
  },
  "postgres.account": {
    status: 500,
    title: "There is no account that PostgreSQL could run as.",
    remedy: "Add the user to /etc/passwd, run as another user, or name a running PostgreSQL with DATABASE_URL.",
  },
  "postgres.binaries": {
    status: 500,
    title: "No PostgreSQL 15 to 18 was found that can run here.",
    remedy: "Install one, name its bin directory with PACKTRAIL_POSTGRES_BIN, or name a running one with DATABASE_URL.",
  },
  "postgres.data-directory": {
    status: 500,
    title: "The data directory cannot hold PostgreSQL's data.",
    remedy: "Choose a directory that this user can write to.",
  },
  "postgres.in-use": {
    status: 500,
    title: "Another Packtrail runs PostgreSQL in this data directory.",
    remedy: "Stop that one first, or choose another data directory.",
  },
  "postgres.initdb": {
    status: 500,
    title: "PostgreSQL could not make its data directory.",
    remedy: "The message has what initdb said.",
  },
  "postgres.port": {
    status: 500,
    title: "No free port was found for PostgreSQL.",
    remedy: "Try again, or end what occupies the ports.",
  },
  "postgres.start": {
    status: 500,
    title: "PostgreSQL does not start.",
    remedy: "The message has what PostgreSQL said; its log lies in the data directory.",
  },
  "postgres.stop": {
    status: 500,
    title: "PostgreSQL does not stop.",
    remedy: "Look at its log in the data directory; end it by its process id.",
  },
  "config.file": {
    status: 500,
    title: "The configuration file cannot be read.",
    remedy: "Correct the file that the message names.",
  },
  "config.invalid": {
    status: 500,
    title: "The configuration has a wrong, missing or unknown key.",
    remedy: "Correct the keys that the message names.",
  },
  "config.secret": {
    status: 500,
    title: "The file of a secret is missing, empty, or open to others.",
    remedy: "Put the secret into a file that only this program's user can read, and name that file.",
  },
  "config.tls": {
    status: 500,
    title: "A certificate or its key, as the configuration names them, cannot be used.",
    remedy: "Correct the key that the message names: the file, its form, or the pair that do not belong together.",
  },
  "store.no-citus": {
    status: 500,
    title: "The configuration names Citus, and the database has none.",
    remedy: "Create the extension in the database, or take `store` out of the configuration.",
  },
  "store.not-spread": {
    status: 500,
    title: "A table that Citus should spread has rows and lies on one node.",
    remedy: "Spread it as docs/growing.md says, and start the level again.",
  },
} as const;
