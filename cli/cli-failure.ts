// How a command fails: a closed set of reasons, and words for the terminal. Nothing is printed here.

/** Why a command gave up. Scripts may rely on the reason (`--json`); people read the message. */
export type CliFailureReason =
  | "already_running"
  | "arguments_unclear"
  | "build_failed"
  | "bundle_failed"
  | "data_dir_unusable"
  | "dev_vars_unusable"
  | "expiry_unusable"
  | "folder_unusable"
  | "host_answered_badly"
  | "host_refused"
  | "host_unreachable"
  | "interface_unusable"
  | "key_unknown"
  | "migration_failed"
  | "no_secret"
  | "out_unusable"
  | "port_unusable"
  | "recording_unusable"
  | "runtime_failed"
  | "sample_unusable"
  | "secrets_unusable"
  | "time_unusable"
  | "timed_out"
  | "url_unusable";

export interface CliFailure {
  readonly reason: CliFailureReason;
  /** The action, the state found, the state wanted. Never a secret. */
  readonly message: string;
}
