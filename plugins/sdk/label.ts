// The shapes of Kili's labels as a plugin meets them. Types only: nothing here checks a value. Kili's payloads
// have no public schema, so every shape stays open: what is not named here is still there, as `unknown`.

/** A corner, in parts of the image's width and height: 0 is left or top, 1 is right or bottom. */
export interface Vertex {
  readonly x: number;
  readonly y: number;
}

/** The outline of a box, polygon or mask. A shape with holes has several outlines, the outer one first. */
export interface BoundingPoly {
  readonly normalizedVertices: readonly Vertex[];
}

/** A class an annotation or a classification job was given. */
export interface Category {
  readonly name: string;
  /** 0 to 100, set by models. */
  readonly confidence?: number;
  readonly [field: string]: unknown;
}

/** One object a labeler drew, marked or wrote. */
export interface Annotation {
  /** Kili's id of the object; what `createIssues` calls an object mid. */
  readonly mid?: string;
  /** `rectangle`, `polygon`, `semantic`, `marker`, `polyline`, `vector`, `pose` … */
  readonly type?: string;
  readonly categories?: readonly Category[];
  /** Answers to the jobs nested under this object, by job name. */
  readonly children?: JsonResponse;
  /** Outlines of image objects. */
  readonly boundingPoly?: readonly BoundingPoly[];
  /** The text of an entity in a text or PDF asset. */
  readonly content?: string;
  readonly [field: string]: unknown;
}

/** What a labeler answered to one job of the interface. Which fields are there depends on the job's task. */
export interface JobResponse {
  /** Objects, for detection and entity jobs. */
  readonly annotations?: readonly Annotation[];
  /** Chosen classes, for classification jobs. */
  readonly categories?: readonly Category[];
  /** The text, for transcription jobs. */
  readonly text?: string;
  readonly [field: string]: unknown;
}

/**
 * A label's content: one answer per job, by job name (`JOB_0`, `CLASSIFICATION_JOB`, …).
 * In video projects the first level is the frame number, and the jobs are one level deeper.
 *
 * @see https://docs.kili-technology.com/reference/export-schema
 */
export interface JsonResponse {
  readonly [job: string]: JobResponse | undefined;
}

/** How a label came to be. */
export type LabelType = "DEFAULT" | "REVIEW" | "PREDICTION" | "INFERENCE" | "AUTOSAVE" | (string & {});

/** Counts Kili keeps with a label. */
export interface LabelSearch {
  readonly numberOfAnnotations?: number;
  /** By job and class, joined with a dot: `{ "JOB_0.OBJECT_A": 2 }`. */
  readonly numberOfAnnotationsByObject?: Readonly<Record<string, number>>;
  readonly [field: string]: unknown;
}

/**
 * A label as Kili sends it with an event. Only `id` is certain; Kili has left out each of the others at times.
 * `jsonResponse` is always an object when it is there, also where Kili sent it as text.
 *
 * @typeParam Response What the jobs of the project are answered with, as `kili-edge types` writes it. By default any.
 */
export interface Label<Response extends JsonResponse = JsonResponse> {
  readonly id: string;
  readonly labelType?: LabelType;
  readonly assetId?: string | null;
  readonly authorId?: string | null;
  readonly modelName?: string | null;
  readonly jsonResponse?: Response;
  readonly secondsToLabel?: number | null;
  readonly numberOfAnnotations?: number | null;
  readonly isSentBackToQueue?: boolean | null;
  readonly isLatestLabelForUser?: boolean | null;
  readonly isLatestDefaultLabelForUser?: boolean | null;
  readonly isLatestReviewLabelForUser?: boolean | null;
  readonly search?: LabelSearch | null;
  /** ISO 8601, in UTC. */
  readonly createdAt?: string;
  /** ISO 8601, in UTC. */
  readonly updatedAt?: string;
  readonly version?: number;
  readonly readPermissionsFromProject?: readonly string[];
  readonly [field: string]: unknown;
}

/** A label made by a reviewer. The reviewed label's id is in `reviewedLabel` (older) or `search` (newer Kili). */
export interface ReviewLabel<Response extends JsonResponse = JsonResponse> extends Label<Response> {
  readonly reviewedLabel?: { readonly id: string } | null;
}
