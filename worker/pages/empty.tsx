// What stands where there is nothing to show: why, and what to do about it.
import type { Child } from "hono/jsx";

export function Empty({ title, children }: { readonly title: string; readonly children?: Child }) {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children && <p>{children}</p>}
    </div>
  );
}
