// What the jobs of one project's interface are answered with: the parts that `kili-edge types` puts a project's types
// together of. Types only. They narrow those of label.ts, and a function that takes any label takes these as well.
import type { Annotation, BoundingPoly, Category, JobResponse, JsonResponse, Vertex } from "./label.ts";

/**
 * The answers to some of a project's jobs; what was not answered is not there. A label's `jsonResponse`, or the
 * `children` of an object or a class.
 *
 * @typeParam Jobs What each job of the project is answered with, by its name.
 * @typeParam Name The jobs that are meant.
 */
export type Answers<Jobs, Name extends keyof Jobs> = { readonly [Job in Name]?: Jobs[Job] };

/** The `jsonResponse` of a video's label: the answers of each frame, by its number. */
export interface Frames<FrameAnswers> {
  readonly [frame: string]: FrameAnswers | undefined;
}

/** One of a job's classes, as it was given to an object or chosen. */
export interface ChosenClass<Name extends string, Children extends JsonResponse = NoAnswers> extends Category {
  readonly name: Name;
  /** Answers to the jobs nested under a class that was chosen in a classification. */
  readonly children?: Children;
}

/** The answer to a classification, of one class or several. */
export interface Choice<Name extends string, Children extends JsonResponse = NoAnswers> extends JobResponse {
  readonly annotations?: never;
  readonly text?: never;
  readonly categories?: readonly ChosenClass<Name, Children>[];
}

/** The answer to a transcription. A number or a date is a text as well. */
export interface Transcription extends JobResponse {
  readonly annotations?: never;
  readonly categories?: never;
  readonly text?: string;
}

/** The answer to a job of objects that are drawn with one of the tools. */
export type Objects<Tool extends string, Name extends string, Children extends JsonResponse = NoAnswers> = Found<
  DrawnObject<Tool, Name, Children>
>;

/** The answer to a job of entities in a text. */
export type Entities<Name extends string, Children extends JsonResponse = NoAnswers> = Found<
  TextEntity<Name, Children>
>;

/** The answer to a job of relations between entities or between objects. */
export type Relations<Name extends string, Children extends JsonResponse = NoAnswers> = Found<Relation<Name, Children>>;

/** What is common to objects, entities and relations. */
interface Found<Item extends Annotation> extends JobResponse {
  readonly categories?: never;
  readonly text?: never;
  readonly annotations?: readonly Item[];
}

/** What an object, entity or relation is given: classes, and answers to the jobs nested under these. */
interface Classified<Name extends string, Children extends JsonResponse> extends Annotation {
  readonly categories?: readonly ChosenClass<Name>[];
  readonly children?: Children;
}

/** An object that was drawn; its `type` is the tool, and says which of the shapes it has. */
export type DrawnObject<Tool extends string, Name extends string, Children extends JsonResponse = NoAnswers> =
  // For each tool by itself, so that to ask for the type is to know the shape.
  Tool extends unknown ? Classified<Name, Children> & Drawn<Tool> : never;

/** Its tool, and of the shapes the one that the tool draws: an outline (in `boundingPoly`), a point, a line or a pose. */
interface Drawn<Tool extends string> {
  readonly type: Tool;
  readonly boundingPoly?: Tool extends "marker" | "polyline" | "pose" | "vector" ? never : readonly BoundingPoly[];
  readonly point?: Tool extends "marker" ? Vertex : never;
  readonly polyline?: Tool extends "polyline" | "vector" ? readonly Vertex[] : never;
  readonly points?: Tool extends "pose" ? readonly PosePoint[] : never;
}

/** One point of a skeleton. */
export interface PosePoint {
  /** The point's name in the interface. */
  readonly code?: string;
  readonly point?: Vertex;
  readonly [field: string]: unknown;
}

/** An entity of a text, or of a PDF's text. */
export interface TextEntity<Name extends string, Children extends JsonResponse = NoAnswers> extends Classified<
  Name,
  Children
> {
  /** In a text: where it begins and ends, in characters of the element with `beginId` and `endId`. */
  readonly beginOffset?: number;
  readonly endOffset?: number;
  readonly beginId?: string;
  readonly endId?: string;
  /** In a PDF: where it is on which pages. */
  readonly annotations?: readonly Annotation[];
}

/** A relation between entities (`startEntities`, `endEntities`) or between objects (`startObjects`, `endObjects`). */
export interface Relation<Name extends string, Children extends JsonResponse = NoAnswers> extends Classified<
  Name,
  Children
> {
  readonly startEntities?: readonly RelationEnd[];
  readonly endEntities?: readonly RelationEnd[];
  readonly startObjects?: readonly RelationEnd[];
  readonly endObjects?: readonly RelationEnd[];
}

/** The entity or object that a relation begins or ends at. */
export interface RelationEnd {
  readonly mid: string;
}

/** Where no job is nested. */
type NoAnswers = {};

/** The objects, entities and relations that the jobs named are answered with. */
export type AnnotationOf<Response extends JsonResponse, Job extends keyof Response> = Extract<
  NonNullable<NonNullable<Response[Job]>["annotations"]>[number],
  Annotation
>;

/** The names of the classes that these have. */
export type CategoryOf<Item extends Pick<Annotation, "categories">> = NonNullable<Item["categories"]>[number]["name"];
