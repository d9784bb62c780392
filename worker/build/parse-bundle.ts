// A bundler's output as a syntax tree. Checks less than a parser would of what a person wrote: the bundler has.
import { Parser, type Program } from "acorn";

// For each name declared, acorn looks through all names that its scope has, and a bundle is one scope: a file full of
// declarations would take minutes. The bundler has refused names that are declared twice, and V8 will.
const BundleParser = Parser.extend(
  (Base) =>
    class extends Base {
      declareName(): void {}
      checkLocalExport(): void {}
    },
);

/**
 * Parses one ES module, with locations.
 *
 * @throws {SyntaxError} if `code` does not parse; a bundler's output does.
 */
export function parseBundle(code: string): Program {
  return BundleParser.parse(code, {
    ecmaVersion: "latest",
    sourceType: "module",
    allowHashBang: true,
    locations: true,
  });
}
