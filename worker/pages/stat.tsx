// One number with its name and what it means.

interface StatProps {
  readonly name: string;
  readonly note: string;
  readonly tone?: "bad" | "plain";
  readonly children: string;
}

export function Stat({ name, note, tone = "plain", children }: StatProps) {
  return (
    <div class="stat">
      <dt>{name}</dt>
      <dd>
        <span class={tone === "bad" ? "bad-text" : undefined}>{children}</span>
        <small>{note}</small>
      </dd>
    </div>
  );
}
