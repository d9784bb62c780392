// kili.projects: a project's settings and interface.
import type { KiliCaller } from "./call-kili.ts";
import { listPages, type PageOptions } from "./list-pages.ts";
import { parseJsonField } from "./parse-json-field.ts";
import type { FieldOf, Selected } from "./selected.ts";
import { toSelection } from "./to-selection.ts";

/** One job of a project's interface. */
export interface InterfaceJob {
  /** `CLASSIFICATION`, `OBJECT_DETECTION`, `TRANSCRIPTION`, `NAMED_ENTITIES_RECOGNITION` … */
  readonly mlTask: string;
  readonly content?: { readonly categories?: Readonly<Record<string, unknown>>; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A project's labelling interface. */
export interface JsonInterface {
  /** The jobs, by name. Nested jobs stand beside their parents here. */
  readonly jobs?: Readonly<Record<string, InterfaceJob>>;
  readonly [field: string]: unknown;
}

/** The fields of a project that a query may ask for, as far as this SDK knows their types. */
export interface ProjectNode {
  id: string;
  archivedAt: string | null;
  consensusTotCoverage: number | null;
  createdAt: string;
  description: string | null;
  inputType: string;
  instructions: string | null;
  jsonInterface: JsonInterface;
  /** How many labelers label a consensus asset. */
  minConsensusSize: number | null;
  numberOfAssets: number;
  reviewCoverage: number | null;
  roles: readonly { id: string; role: string; user: { id: string; email: string } }[];
  title: string;
  updatedAt: string;
}

type KnownField =
  Exclude<keyof ProjectNode, "roles"> | "roles.id" | "roles.role" | "roles.user.id" | "roles.user.email";

/** A field of a project, dotted where it is nested. */
export type ProjectField = FieldOf<KnownField>;

const DEFAULT_FIELDS = [
  "consensusTotCoverage",
  "id",
  "inputType",
  "jsonInterface",
  "minConsensusSize",
  "reviewCoverage",
  "roles.id",
  "roles.role",
  "roles.user.email",
  "roles.user.id",
  "title",
] as const;

/** The fields of a project that are read when none are named. */
export type DefaultProjectField = (typeof DEFAULT_FIELDS)[number];

/** Which projects to read. */
export interface ProjectsQuery<Field extends string = DefaultProjectField> extends PageOptions {
  /** The plugin's own project by default. */
  readonly projectId?: string;
  readonly fields?: readonly Field[];
}

/** Reads projects with the fields that were asked for. */
export async function queryProjects<Field extends string>(
  caller: KiliCaller,
  query: ProjectsQuery<Field>,
): Promise<Selected<ProjectNode, Field>[]> {
  const document = `query projects($where: ProjectWhere!, $first: PageSize!, $skip: Int!) {
  data: projects(where: $where, first: $first, skip: $skip) { ${toSelection(query.fields ?? DEFAULT_FIELDS)} }
}`;
  const where = { id: query.projectId ?? caller.projectId };
  const rows = await listPages(caller, "projects", document, { where }, query);
  return rows.map((row) => parseJsonField(row, "jsonInterface") as Selected<ProjectNode, Field>);
}
