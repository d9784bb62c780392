// The command line. Names and options are in commands/; what a command does is in the file of its name.
import { enableCompileCache } from "node:module";
// The toolchain is megabytes of JavaScript; compiled once, it loads in half the time.
enableCompileCache();
import { createProgram } from "./program/create-program.ts";

await createProgram().parseAsync();
