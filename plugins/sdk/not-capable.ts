// The error for a permission that the manifest does not declare.

/**
 * Thrown when a plugin does what its plugin.toml does not allow. The message says which line to add.
 *
 * @example
 * ```
 * NotCapable: Requires net access to "api.example.com:443": add it to [permissions] net in plugin.toml
 * ```
 */
export class NotCapable extends Error {
  override readonly name = "NotCapable";
}
