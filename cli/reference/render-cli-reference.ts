// docs/cli.md, out of the commands' own definitions, so that the page cannot say anything else. It writes no file: a
// test keeps the page equal.
import type { Argument, Command, Option } from "commander";

const INTRO = `# The command line

Generated from \`cli/program/\`. \`npm run kili-edge -- <command>\` runs a command in a checkout, and so does
\`npx kili-edge <command>\`.

Commands that ask a host find the one that runs on \`--data\`, or take \`--url\`, such as
\`https://kili-edge.example.workers.dev\`, without a path; their key is \`KILI_EDGE_API_KEY\`, or on the host's own machine the
\`ADMIN_API_KEY\` of \`.dev.vars\`. They use the host's public API and nothing else.

With \`--json\`, standard output is one JSON document (for \`logs\`, one object a line), and a failure is
\`{ "error": { "reason", "message" } }\`. Colours are left out where output is no terminal, and with \`NO_COLOR\`.

## Completion

With \`kili-edge\` on the PATH (\`npm link\` in a checkout puts it there), a shell completes its commands, options and
folders once it has the script of that shell:

| shell | install with                                                                                          |
| ----- | ----------------------------------------------------------------------------------------------------- |
| bash  | \`kili-edge completion bash > ~/.local/share/bash-completion/completions/kili-edge\`, with the package bash-completion; without it, \`source\` such a file in .bashrc |
| zsh   | \`kili-edge completion zsh > ~/.zfunc/_kili-edge\`, and \`fpath+=~/.zfunc\` before \`compinit\` in .zshrc |
| fish  | \`kili-edge completion fish > ~/.config/fish/completions/kili-edge.fish\`                             |

## Exit codes

| code | means                                                                                                |
| ---- | ---------------------------------------------------------------------------------------------------- |
| 0    | done, and nothing is wrong                                                                           |
| 1    | it could not be done, or what it looked at is not well: the message says what was found and is wanted |

For \`send\` and \`run\`, not well is a delivery that failed; for \`check\`, a problem of a plugin; for \`build --check\`, a
plugin that does not build; for \`status\`, something that wants attention; for \`errors\`, a newest build that failed; for
\`doctor\`, a finding that is bad; for \`replay\`, something that was refused; for \`try\`, a new failure. \`try\` that could
not be done is 2, and so is a command line of it that cannot be read; of other commands, that is 1.

An event that its handler cannot be called with is sent all the same by \`send\` and \`run\`, as Kili might send it: standard
error names the fields that are at fault, and the exit code is that of its deliveries.
`;

/** The page. */
export function renderCliReference(program: Command): string {
  const sections = shownCommands(program).flatMap((command) => renderCommand(command, program.name()));
  return [INTRO, ...sections].join("\n");
}

/** Those that --help lists, but for help itself. */
function shownCommands(command: Command): Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== "help");
}

function renderCommand(command: Command, before: string): string[] {
  const name = `${before} ${command.name()}`;
  if (command.commands.length > 0) {
    const rows = shownCommands(command).flatMap((each) => renderCommand(each, name));
    return [`## ${name}\n\n${toSentence(command.description())}\n`, ...rows];
  }
  const words = command.registeredArguments.map(argumentName);
  const usage = [name, ...words, ...(command.options.length > 0 ? ["[options]"] : [])].join(" ");
  const rows = [...command.registeredArguments.map(argumentRow), ...command.options.map(optionRow)];
  const level = before.includes(" ") ? "###" : "##";
  return [
    `${level} ${name}\n\n${toSentence(command.description())}\n\n\`\`\`console\n$ ${usage}\n\`\`\`\n`,
    rows.length === 0 ? "" : `| | meaning | default |\n| --- | --- | --- |\n${rows.join("\n")}\n`,
  ];
}

function argumentName(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

function argumentRow(argument: Argument): string {
  const choices = argument.argChoices === undefined ? "" : `: ${argument.argChoices.join(", ")}`;
  return toRow([`\`${argumentName(argument)}\``, `${argument.description}${choices}`, ""]);
}

function optionRow(option: Option): string {
  const choices = option.argChoices === undefined ? "" : `: ${option.argChoices.join(", ")}`;
  const value = option.defaultValueDescription ?? (option.defaultValue as unknown);
  const isDefault = value !== undefined && !option.isBoolean() && !option.negate;
  const otherwise = option.mandatory
    ? "required"
    : isDefault
      ? `\`${typeof value === "string" ? value : JSON.stringify(value)}\``
      : "";
  return toRow([`\`${option.flags}\``, `${option.description}${choices}`, otherwise]);
}

function toRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("*", "\\*")).join(" | ")} |`;
}

function toSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
