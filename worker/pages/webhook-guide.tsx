// How Kili is told to send its events here. The secret is named, never shown.
import { Pill } from "./pill.tsx";

export function WebhookGuide({ url, hasSecret }: { readonly url: string; readonly hasSecret: boolean }) {
  const snippet = [
    "from kili.client import Kili",
    "",
    'kili = Kili(api_key="…")',
    "kili.create_webhook(",
    `    webhook_url=${JSON.stringify(url)},`,
    '    plugin_name="kili-edge",',
    '    header="the WEBHOOK_SECRET",',
    '    handler_types=["onSubmit", "onReview"],',
    ")",
    'kili.activate_plugin_on_project("kili-edge", project_id="…")',
  ].join("\n");
  return (
    <section class="card" aria-labelledby="webhook-title">
      <div class="card-head">
        <h2 id="webhook-title">Webhook</h2>
        {hasSecret ? <Pill tone="good">secret is set</Pill> : <Pill tone="bad">no secret</Pill>}
      </div>
      <div class="card-body stack-s">
        {!hasSecret && (
          <p class="bad-text">
            Every delivery is refused until the deployment has a <code>WEBHOOK_SECRET</code>.
          </p>
        )}
        <p>Kili sends its events to this URL, with the secret WEBHOOK_SECRET as its Authorization header:</p>
        <div class="copy">
          <pre class="code wrap" id="webhook-url" tabindex={0}>
            {url}
          </pre>
          <button class="button" type="button" data-copy="webhook-url" aria-label="Copy the URL">
            Copy
          </button>
        </div>
        <p>Kili's Python SDK tells it so:</p>
        <div class="copy">
          <pre class="code wrap" id="webhook-snippet" tabindex={0}>
            {snippet}
          </pre>
          <button class="button" type="button" data-copy="webhook-snippet" aria-label="Copy the code">
            Copy
          </button>
        </div>
      </div>
    </section>
  );
}
