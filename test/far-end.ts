// The network's far end in tests: what the Worker under test reaches when it fetches. Runs in Node.
import { Response, type Request } from "miniflare";
import { answerWebhook } from "./webhook-recorder.ts";

/** Answers for the few hosts that tests know; anything else is a host that cannot be reached. */
export async function answerFarEnd(request: Request): Promise<Response> {
  const url = new URL(request.url);
  switch (url.hostname) {
    case "echo.example.com":
      return Response.json({ url: request.url, method: request.method });
    case "redirect.example.com":
      return new Response(null, { status: 302, headers: { location: url.searchParams.get("to") ?? "/" } });
    case "recorder.example.com":
      return answerWebhook(request);
    default:
      return new Response(`no such host in tests: ${url.hostname}`, { status: 530 });
  }
}
