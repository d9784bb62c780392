// Rules with the types of image.labels.ts: each line under an expected error is a mistake that must not compile.
import {
  annotationsOf,
  areaOf,
  boxOf,
  categoriesOf,
  countByCategory,
  PluginCore,
  textOf,
  type JsonResponse,
  type Label,
  type ReviewEvent,
  type SubmitEvent,
  type Vertex,
} from "kili-edge/sdk";
import type { ProjectResponse } from "./image.labels.ts";

export default class PluginHandler extends PluginCore {
  override async onSubmit({ label }: SubmitEvent<ProjectResponse>) {
    const cars = annotationsOf(label, { job: "JOB_0", category: "CAR", type: "rectangle" });
    // @ts-expect-error A job that is none.
    annotationsOf(label, { job: "JOB_O" });
    // @ts-expect-error A class that is none.
    annotationsOf(label, { job: "JOB_0", category: "CRA" });
    // @ts-expect-error A class of another job.
    annotationsOf(label, { job: "JOB_0", category: "LANE" });
    // @ts-expect-error A tool that the job has not.
    annotationsOf(label, { job: "JOB_0", type: "pose" });
    // @ts-expect-error A nested job is not one of the label's.
    annotationsOf(label, { job: "COLOR" });

    // Without a job, those of all jobs are meant.
    annotationsOf(label, { category: "LANE" });
    // @ts-expect-error A class of no job.
    annotationsOf(label, { category: "LANES" });

    for (const car of cars) {
      if (textOf(car.children, "PLATE") === "" || areaOf(car) < 0.1) this.logger.info("no plate", boxOf(car));
      // @ts-expect-error A nested job that is none.
      textOf(car.children, "PLATES");
      const [color] = categoriesOf(car.children, "COLOR");
      if (color === "RED") this.logger.info("red");
      // @ts-expect-error A class that is none, nested.
      if (color === "GREEN") this.logger.info("green");
      // A class of a nested job has jobs of its own.
      const shades = car.children?.COLOR?.categories?.[0]?.children?.SHADE?.categories ?? [];
      // @ts-expect-error A class that is none, nested twice.
      if (shades[0]?.name === "BRIGHT") this.logger.info("bright");
      if (car.type === "marker") {
        const point: Vertex | undefined = car.point;
        this.logger.info(point);
      }
      // @ts-expect-error A box has no point.
      if (car.type === "rectangle") this.logger.info(car.point.x);
    }

    const counts = countByCategory(annotationsOf(label, { job: "JOB_0" }));
    if ((counts.get("BUS") ?? 0) > 1) await this.kili.sendBackToQueue({ assetIds: ["a"] });
    // @ts-expect-error A class that is none.
    counts.get("BUSS");

    if (categoriesOf(label.jsonResponse, "WEATHER").includes("RAIN")) this.logger.info("rain");
    // @ts-expect-error A class that is none.
    categoriesOf(label.jsonResponse, "WEATHER").includes("RAINN");
    // @ts-expect-error A job that is none.
    categoriesOf(label.jsonResponse, "WETHER");
    // @ts-expect-error An object's job has no choice.
    categoriesOf(label.jsonResponse, "JOB_0").includes("CAR");
  }

  override onReview({ label }: ReviewEvent<ProjectResponse>) {
    const first = label.jsonResponse?.JOB_0?.annotations?.[0];
    if (first?.categories?.[0]?.name === "CAR") this.logger.info(first.mid);
    // @ts-expect-error A class that is none.
    if (first?.categories?.[0]?.name === "TRUCK") this.logger.info("a truck");
    // @ts-expect-error A job that is none.
    this.logger.info(label.jsonResponse?.["JOB_1"]);

    const lane = label.jsonResponse?.LANES?.annotations?.[0];
    const people = label.jsonResponse?.PEOPLE?.annotations?.[0];
    this.logger.info(lane?.polyline?.length, people?.type === "pose" && people.points?.[0]?.code);
    const free = label.jsonResponse?.FREE?.annotations?.[0];
    if (free?.type === "semantic") this.logger.info(free.boundingPoly?.length);
    const over = label.jsonResponse?.OVERLAP?.annotations?.[0];
    if (over?.categories?.[0]?.name === "BEHIND") this.logger.info(over.startObjects?.[0]?.mid);
  }
}

/** A label that was read from Kili is what its reader says it is. */
export function countCars(read: { readonly jsonResponse: JsonResponse }): number {
  const jsonResponse = read.jsonResponse as ProjectResponse;
  return annotationsOf({ jsonResponse }, { category: "CAR" }).length;
}

/** What a rule writes can be held to the types as well. */
export const written: ProjectResponse = {
  USABLE: { categories: [{ name: "NO" }] },
  JOB_0: { annotations: [{ type: "rectangle", categories: [{ name: "CAR" }], children: { PLATE: { text: "X" } } }] },
};
export const wrong: ProjectResponse = {
  // @ts-expect-error A class that is none.
  USABLE: { categories: [{ name: "MAYBE" }] },
};

/** A label with types is a label still. */
export const anyLabel = (label: Label<ProjectResponse>): Label => label;
