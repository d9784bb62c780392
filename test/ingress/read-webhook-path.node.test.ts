// Which targets are read as a webhook's, and what is in them. The rest is passed on, and the runtime reads it.
import { describe, expect, it } from "vitest";
import { readWebhookPath } from "../../cli/ingress/read-webhook-path.ts";

describe("readWebhookPath", () => {
  it.each([
    ["/webhook", null, null],
    ["/webhook?", null, null],
    ["/webhook?project=", null, null],
    ["/webhook?project=p", null, "p"],
    ["/webhook?project=p&project=q", null, "p"],
    ["/webhook?a=b&project=p%26q+r%2B", null, "p&q r+"],
    ["/webhook?Project=p", null, null],
    ["/webhook?project=%F0%9F%90%9F", null, "🐟"],
    ["/webhook/my-plugin", "my-plugin", null],
    ["/webhook/my_plugin.v2?project=x", "my_plugin.v2", "x"],
    ["/webhook?/webhook/a?project=x", null, null],
  ])("reads %s", (target, plugin, project) => {
    expect(readWebhookPath(target)).toEqual({ plugin, project });
  });

  it.each([
    "",
    "/",
    "*",
    "/webhooks",
    "/webhook/",
    "/webhook/?project=x",
    "/webhook/a/",
    "/webhook/a/b",
    "//webhook",
    "/Webhook",
    "/webhook#a",
    "/%77ebhook",
    "/webhook/%61",
    "/webhook%2Fa",
    "/webhook/a;b",
    "/webhook/é",
    "/webhook\n?project=x",
    "http://host/webhook",
    "webhook",
    "/a/webhook",
  ])("leaves %j to the runtime", (target) => {
    expect(readWebhookPath(target)).toBeNull();
  });

  it.each(["/webhook/..", "/webhook/.", "/webhook/..?project=x", "/webhook?project=p#q"])(
    "leaves %j, which a URL's parser reads otherwise, to the runtime",
    (target) => {
      expect(readWebhookPath(target)).toBeNull();
    },
  );
});
