// Which Python handler an event calls, with Kili's names for its arguments. Which one it is, the SDK decides.
import type { GuestProps } from "../../schemas/guest.ts";
import { toHandlerCall, type HandlerCall } from "../sdk/to-handler-call.ts";
import type { PythonCall } from "./interpreter.ts";

interface Delivered {
  /** The webhook's body, parsed. */
  readonly body: unknown;
  readonly props: Pick<
    GuestProps,
    "eventType" | "projectId" | "config" | "env" | "runId" | "attempt" | "idempotencyKey"
  >;
}

/** The call for an event. Throws TypeError when the body lacks what it needs. */
export function toPythonCall({ body, props }: Delivered): PythonCall {
  const { runId: id, attempt, idempotencyKey, projectId, config, env } = props;
  return {
    ...namesOf(toHandlerCall(props.eventType, body)),
    projectId,
    config,
    env,
    run: { id, attempt, idempotencyKey },
  };
}

function namesOf({ method, argument }: HandlerCall): Pick<PythonCall, "method" | "arguments"> {
  switch (method) {
    case "onSubmit":
      return { method: "on_submit", arguments: { label: argument.label, asset_id: argument.assetId } };
    case "onReview":
      return { method: "on_review", arguments: { label: argument.label, asset_id: argument.assetId } };
    case "onCustomInterfaceClick":
      return { method: "on_custom_interface_click", arguments: { label: argument.label, asset_id: argument.assetId } };
    case "onProjectUpdated":
      return { method: "on_project_updated", arguments: { settings_updated: argument.settingsUpdated } };
    case "onSendBackToQueue":
      return { method: "on_send_back_to_queue", arguments: { asset_id: argument.assetId } };
    case "onEvent":
      return { method: "on_event", arguments: { payload: argument } };
  }
}
