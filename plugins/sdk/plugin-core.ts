// The class every plugin extends. It runs nothing by itself: the host makes one object per run and calls one handler.
import type { PluginEnv } from "./create-env.ts";
import type { Logger } from "./create-logger.ts";
import type {
  CustomInterfaceClickEvent,
  EventPayload,
  HandlerEvents,
  HandlerResult,
  ProjectUpdatedEvent,
  ReviewEvent,
  SendBackToQueueEvent,
  SubmitEvent,
} from "./handler-events.ts";
import type { Kili } from "./kili.ts";
import type { PluginContext, Run } from "./plugin-context.ts";

/**
 * Base class of a plugin, the counterpart of `PluginCore` in Kili's Python SDK. Export a class of yours that
 * extends it as the module's default, with a handler for each event that plugin.toml lists.
 *
 * A handler may be asynchronous. What it returns, if anything, is kept with the run as JSON, within bounds. If it
 * throws, the run has failed and the event is tried again: write handlers so that a second attempt does no harm.
 *
 * @typeParam Config What `[config]` of plugin.toml holds. The type is the author's word: nothing checks it.
 * @example
 * ```ts
 * import { PluginCore, type SubmitEvent } from "kili-edge/sdk";
 *
 * export default class PluginHandler extends PluginCore {
 *   override async onSubmit({ label, assetId }: SubmitEvent) {
 *     if (label.jsonResponse?.["JOB_0"] !== undefined) return;
 *     this.logger.info("Nothing drawn on", assetId);
 *     await this.kili.sendBackToQueue({ assetIds: [assetId] });
 *   }
 * }
 * ```
 */
export class PluginCore<Config extends object = Record<string, unknown>> {
  /** Kili's API, as far as `[permissions] kili` allows it. */
  readonly kili: Kili;
  /** The project the event is from. */
  readonly projectId: string;
  /** Writes to the plugin's log; so does `console`. */
  readonly logger: Logger;
  /** `[config]` of plugin.toml, as it stands. */
  readonly config: Readonly<Config>;
  /** The run this object was made for. */
  readonly run: Run;
  /** Variables and secrets, as far as `[permissions] env` allows them. */
  readonly env: PluginEnv;

  /** @param context What the host hands over; a constructor of your own passes it on. */
  constructor(context: PluginContext<Config>) {
    this.kili = context.kili;
    this.projectId = context.projectId;
    this.logger = context.logger;
    this.config = context.config;
    this.run = context.run;
    this.env = context.env;
  }

  /**
   * Called when a labeler submits a label. In Kili: `on_submit(label, asset_id)`.
   *
   * @param _event The label and its asset.
   */
  onSubmit(_event: SubmitEvent): HandlerResult {
    this.#warn("onSubmit");
  }

  /**
   * Called when a reviewer submits a label. In Kili: `on_review(label, asset_id)`.
   *
   * @param _event The reviewer's label and its asset; the label names the one that was reviewed.
   */
  onReview(_event: ReviewEvent): HandlerResult {
    this.#warn("onReview");
  }

  /**
   * Called when somebody clicks a button of a custom interface, which is in beta on Kili's side.
   * In Kili: `on_custom_interface_click(label, asset_id)`.
   *
   * @param _event The label as it stood, with no more than `id` and `jsonResponse`, and its asset.
   */
  onCustomInterfaceClick(_event: CustomInterfaceClickEvent): HandlerResult {
    this.#warn("onCustomInterfaceClick", " Handler is in active development.");
  }

  /**
   * Called when settings of the project change, which is in beta on Kili's side.
   * In Kili: `on_project_updated(settings_updated)`.
   *
   * @param _event Each changed setting with its old and new value.
   */
  onProjectUpdated(_event: ProjectUpdatedEvent): HandlerResult {
    this.#warn("onProjectUpdated", " Handler is in active development.");
  }

  /**
   * Called when an asset goes back to the queue, which is in beta on Kili's side.
   * In Kili: `on_send_back_to_queue(asset_id)`.
   *
   * @param _event The asset.
   */
  onSendBackToQueue(_event: SendBackToQueueEvent): HandlerResult {
    this.#warn("onSendBackToQueue", " Handler is in active development.");
  }

  /**
   * Called for events by name, such as `labels.created.submit`. In Kili: `on_event(payload)`.
   *
   * @param _payload The event as Kili sent it.
   */
  onEvent(_payload: EventPayload): HandlerResult {
    this.#warn("onEvent");
  }

  /** Kili's own words, with the method's name here; its beta handlers have a sentence of their own. */
  #warn(method: keyof HandlerEvents, beta = ""): void {
    this.logger.warning(`Method not implemented. Define a custom ${method} on your plugin${beta && `.${beta}`}`);
  }
}
