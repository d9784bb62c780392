// The form that makes an API key.
import { ROLES } from "../../schemas/principal.ts";
import { KEY_LIFETIMES } from "./key-lifetimes.ts";

export function NewKeyForm() {
  return (
    <form class="card-note filters" method="post" action="/settings/keys">
      <label class="field">
        <span>Name of the new key</span>
        <input
          class="input"
          name="name"
          required
          maxlength={64}
          pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
          title="Letters, digits, dots, dashes and underscores"
        />
      </label>
      <label class="field">
        <span>Role</span>
        <select class="input" name="role">
          {ROLES.map((role) => (
            <option value={role}>{role}</option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Holds for</span>
        <select class="input" name="lifetime">
          {KEY_LIFETIMES.map(({ value, label }) => (
            <option value={value} selected={value === "90d"}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <button class="button primary">Make key</button>
    </form>
  );
}
