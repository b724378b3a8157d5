import { commands } from "./commands.ts";
import { exitCodes } from "./exit-codes.ts";
import { commandHelp, mainHelp } from "./help.ts";

/** `packtrail <command> …`. Subcommands are loaded when they are asked for: `--help` must not wait for a database driver. */
async function main(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    const about = args[0] === undefined ? undefined : commands.find((each) => each.name === args[0]);
    console.log(about ? commandHelp(about) : mainHelp(commands));
    return exitCodes.ok;
  }
  if (name === "--version") {
    const { version } = await import("../runtime/version.ts");
    console.log(version);
    return exitCodes.ok;
  }
  const command = commands.find((each) => each.name === name);
  if (!command) {
    console.error(`packtrail: there is no command ${JSON.stringify(name)}; packtrail --help lists them`);
    return exitCodes.usage;
  }
  if (args.includes("--help") || args.includes("-h")) {
    console.log(commandHelp(command));
    return exitCodes.ok;
  }
  const run = await command.load();
  return run(args);
}

// A reader that went away (`packtrail … | head`) is not an error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.ok);
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { UsageError } = await import("./arguments.ts");
  if (error instanceof UsageError) {
    console.error(`packtrail: ${error.message}`);
    process.exitCode = exitCodes.usage;
  } else {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exitCode = exitCodes.failed;
  }
}
