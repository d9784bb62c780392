// The commands about API keys.
import { Option, type Command } from "commander";
import { ROLES, type Role } from "../../schemas/principal.ts";
import type { KeysFlags } from "../commands/run-keys.ts";
import { hostCommand, root } from "./options.ts";

type KeysOptions = Omit<KeysFlags, "root">;

interface CreateOptions {
  readonly role: Role;
  readonly expires?: string;
}

/** Adds keys, with list, create and revoke. */
export function addKeysCommands(program: Command): void {
  const keys = program
    .command("keys")
    .description("API keys of a host; takes an admin's key in KILI_EDGE_API_KEY, or the one in .dev.vars");

  hostCommand(keys, "list", "show the keys, but not their secrets").action(async (options: KeysOptions) => {
    const { runKeys } = await import("../commands/run-keys.ts");
    process.exitCode = await runKeys({ ...options, root }, { type: "list" });
  });

  hostCommand(keys, "create", "make a key and print it, once")
    .argument("<name>", "who or what holds it")
    .addOption(new Option("--role <role>", "what it may do").choices(ROLES).makeOptionMandatory())
    .option("--expires <when>", "90d, 12h or a date; without it, the key holds until it is revoked")
    .action(async (name: string, { role, expires, ...options }: KeysOptions & CreateOptions) => {
      const { runKeys } = await import("../commands/run-keys.ts");
      const command = { type: "create", name, role, ...(expires !== undefined && { expires }) } as const;
      process.exitCode = await runKeys({ ...options, root }, command);
    });

  hostCommand(keys, "revoke", "end a key at once")
    .argument("<key>", "its name or id")
    .action(async (key: string, options: KeysOptions) => {
      const { runKeys } = await import("../commands/run-keys.ts");
      process.exitCode = await runKeys({ ...options, root }, { type: "revoke", key });
    });
}
