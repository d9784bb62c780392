#!/usr/bin/env node
// The `kili-edge` binary. It does one thing: run the command line on the project's own Node, because the
// Node that found this file may be too old to read TypeScript. It parses no arguments.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const commandLine = fileURLToPath(new URL("./kili-edge.ts", import.meta.url));
const nodePackage = createRequire(import.meta.url).resolve("node/package.json");
const ownNode = join(dirname(nodePackage), "bin", process.platform === "win32" ? "node.exe" : "node");

const child = spawn(ownNode, [commandLine, ...process.argv.slice(2)], { stdio: "inherit" });
// A signal sent to this process alone must reach the host; Ctrl-C reaches both by itself.
/** @type {NodeJS.Signals[]} */
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
for (const signal of signals) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  process.stderr.write(`Cannot run "${ownNode}": ${error.message}; wanted the project's Node: run "npm install"\n`);
  process.exitCode = 1;
});
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128);
});
