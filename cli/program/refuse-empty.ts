// Refuses values that are empty, of whatever option or argument: what a variable leaves that is not set. Says nothing of
// what a value holds.
import { InvalidArgumentError, type Command } from "commander";

/** Has every option and argument of `command`, and of those below it, want something that has no parser of its own. */
export function refuseEmpty(command: Command): void {
  for (const option of command.options)
    if ((option.required || option.optional) && option.parseArg === undefined) option.argParser(parseSome);
  for (const argument of command.registeredArguments)
    if (argument.parseArg === undefined) argument.argParser(argument.variadic ? parseMore : parseSome);
  for (const below of command.commands) refuseEmpty(below);
}

function parseSome(text: string): string {
  if (text.trim() !== "") return text;
  throw new InvalidArgumentError("Wanted a value: is a variable not set?");
}

/** The parser of a list adds to what came before, which at first is the default. */
function parseMore(text: string, before: unknown): string[] {
  return [...(Array.isArray(before) ? (before as string[]) : []), parseSome(text)];
}
