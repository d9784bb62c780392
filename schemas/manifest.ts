// The manifest: what a plugin is called, when it runs, and what it may do. Closed and default deny.
// Reading TOML and pointing at lines is worker/build's business; host maxima are worker/limits.ts's.
import * as v from "valibot";
import { HANDLER_TYPES } from "./event.ts";
import { RUN_MODES } from "./mode.ts";
import { refuseArrays } from "./refuse-arrays.ts";

/** What Kili has that a scope can be about. */
export const KILI_OBJECTS = ["assets", "events", "issues", "labels", "notifications", "projects"] as const;
export type KiliObject = (typeof KILI_OBJECTS)[number];

/** What the runs that share an isolate have in common: the version, also the project, or nothing, being one run. */
export const ISOLATIONS = ["plugin", "project", "run"] as const;

// `object:access`, as written in `[permissions] kili`. `*` stands for every access of that object.
const KILI_SCOPE = new RegExp(`^(?:${KILI_OBJECTS.join("|")}):(?:read|write|\\*)$`);
const LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
const HOST_PATTERN = new RegExp(`^(?:(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*|\\[[0-9a-f:.]+\\])(?::[1-9]\\d{0,4})?$`);
const ENV_NAME = /^[A-Z_][A-Z0-9_]*$/;
const EVENT_PATTERN = /^(?:[A-Za-z0-9_-]+|\*)(?:\.(?:[A-Za-z0-9_-]+|\*))+$|^\*$/;
// As https://semver.org has it: numbers have no zeros in front, and nothing between two dots is empty.
const NUMBER = "(?:0|[1-9]\\d*)";
const PRERELEASE = `(?:${NUMBER}|\\d*[A-Za-z-][0-9A-Za-z-]*)`;
const SEMVER = new RegExp(
  `^${NUMBER}(?:\\.${NUMBER}){2}(?:-${PRERELEASE}(?:\\.${PRERELEASE})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);
// What a terminal or a page would obey instead of showing it, and halves of characters.
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

export const MAX_PLUGIN_NAME_CHARS = 128;
/** What a plugin may be called, by its manifest and by whoever uploads it. */
export const PluginNameSchema = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(MAX_PLUGIN_NAME_CHARS),
  v.regex(/^(?!\s)(?:[\s\S]*\S)?$/, "wanted one without blanks at its ends"),
  v.check(
    (name) => !UNSEEN.test(name),
    "wanted visible characters: no control characters, line ends or marks that turn the direction of text",
  ),
  v.description(
    `Unique per host; what Kili calls pluginName. 1 to ${MAX_PLUGIN_NAME_CHARS} visible characters, no blanks at its ends.`,
  ),
);

const wholeNumber = (atLeast: number) => v.pipe(v.number(), v.integer(), v.minValue(atLeast));

/** A TOML table without other keys than these. */
const table = <const Entries extends v.ObjectEntries>(entries: Entries) => refuseArrays(v.strictObject(entries));

const WANTED_EVENT = `wanted a handler type (${HANDLER_TYPES.join(", ")}) or a dotted event pattern such as "labels.created.*"`;
const EventSelector = v.union(
  [v.picklist(HANDLER_TYPES), v.pipe(v.string(), v.regex(EVENT_PATTERN, WANTED_EVENT))],
  WANTED_EVENT,
);

export const ManifestSchema = table({
  manifest_version: v.pipe(v.literal(1), v.description("Version of this file's format. Always 1.")),
  name: PluginNameSchema,
  version: v.pipe(
    v.string(),
    v.regex(SEMVER, 'wanted a semantic version such as "1.0.0", its numbers without leading zeros'),
    v.description("The plugin's own semantic version, shown in runs."),
  ),
  description: v.optional(v.pipe(v.string(), v.maxLength(1024), v.description("One sentence for people.")), ""),
  main: v.pipe(
    v.string(),
    v.regex(
      /^(?!\/)(?!.*\.\.)[^\\]+\.(?:ts|js|mjs|py)$/,
      "wanted a .ts, .js, .mjs or .py file inside the plugin's folder",
    ),
    v.description("The file that default-exports the PluginHandler class, relative to the manifest."),
  ),
  events: v.pipe(
    v.array(EventSelector),
    v.minLength(1),
    v.description("When the plugin runs: handler types, or dotted event patterns in which * is one or more segments."),
  ),
  projects: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(256))),
      v.description('Kili projects the plugin is active on from deploy on; "*" is every project.'),
    ),
    [],
  ),
  mode: v.optional(
    v.pipe(
      v.picklist(RUN_MODES),
      v.description(
        'How it starts on `projects` where it has not been before: "live", or "shadow", which records its writes to Kili instead of sending them.',
      ),
    ),
    "live",
  ),
  permissions: v.optional(
    table({
      kili: v.optional(
        v.pipe(
          v.array(
            v.pipe(
              v.string(),
              v.regex(
                KILI_SCOPE,
                `wanted object:access, with object one of ${KILI_OBJECTS.join(", ")} and access read, write or *`,
              ),
            ),
          ),
          v.description("Kili operations the plugin may call, by scope."),
        ),
        [],
      ),
      kili_projects: v.optional(
        v.pipe(
          v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(256))),
          v.description('Kili projects the plugin may act on besides the one its event is from; "*" is every project.'),
        ),
        [],
      ),
      net: v.optional(
        v.pipe(
          v.array(
            v.pipe(
              v.string(),
              v.regex(HOST_PATTERN, 'wanted a lower-case host, "host:port" or "*.host", without scheme or path'),
              v.check(canBeFetched, "wanted a host that a URL can have, and a port from 1 to 65535"),
            ),
          ),
          v.description("Hosts the plugin may fetch. Without a port, 443 and 80 are allowed."),
        ),
        [],
      ),
      env: v.optional(
        v.pipe(
          v.array(v.pipe(v.string(), v.regex(ENV_NAME, "wanted an upper-case variable name"))),
          v.description("Variables and secrets handed to the plugin. The host stores NAME as PLUGIN_NAME."),
        ),
        [],
      ),
    }),
    { kili: [], kili_projects: [], net: [], env: [] },
  ),
  limits: v.optional(
    table({
      cpu_ms: v.optional(v.pipe(wholeNumber(1), v.description("CPU time of one run, in milliseconds.")), 1_000),
      timeout_ms: v.optional(v.pipe(wholeNumber(1), v.description("Wall time of one run, in milliseconds.")), 60_000),
      subrequests: v.optional(v.pipe(wholeNumber(0), v.description("Kili calls and fetches of one run.")), 50),
      log_lines: v.optional(v.pipe(wholeNumber(0), v.description("Log lines kept of one run.")), 1_000),
    }),
    { cpu_ms: 1_000, timeout_ms: 60_000, subrequests: 50, log_lines: 1_000 },
  ),
  isolation: v.optional(
    v.pipe(
      v.picklist(ISOLATIONS),
      v.description(
        'Whose runs share an isolate and its globals: "plugin", all runs of the version; "project", those on one project; "run", nobody\'s.',
      ),
    ),
    "plugin",
  ),
  retry: v.optional(
    table({
      max_attempts: v.optional(
        v.pipe(wholeNumber(1), v.maxValue(100), v.description("Attempts of one delivery, the first included.")),
        5,
      ),
    }),
    { max_attempts: 5 },
  ),
  delivery: v.optional(
    table({
      order: v.optional(
        v.pipe(
          v.picklist(["asset", "none"]),
          v.description(
            '"asset": events about one asset run one after another, in the order they came. "none": as soon as they can.',
          ),
        ),
        "asset",
      ),
      concurrency: v.optional(
        v.pipe(
          wholeNumber(1),
          v.maxValue(16),
          v.description("Runs of the plugin at once in one project. The host gives fewer while others need places."),
        ),
        16,
      ),
    }),
    { order: "asset", concurrency: 16 },
  ),
  config: v.optional(
    v.pipe(
      refuseArrays(v.record(v.string(), v.unknown())),
      v.description("Handed to the plugin as this.config, as it stands."),
    ),
    {},
  ),
});

export type Manifest = v.InferOutput<typeof ManifestSchema>;

/** False for what looks like a host and no URL could have, such as a port that is too high: it would match nothing. */
function canBeFetched(rule: string): boolean {
  return URL.canParse(`https://${rule.replace(/^\*\./, "")}/`);
}
