// Has a response say where redirects led to it, as `fetch` does elsewhere: here the door follows them, and the runtime
// knows only what it was asked for.

const FINAL_URL_HEADER = "x-kili-edge-url";

/** The door's response as a plugin gets it. One that no redirect led to is left as it came. */
export function withFinalUrl(response: Response): Response {
  const url = response.headers.get(FINAL_URL_HEADER);
  if (url === null) return response;
  // The headers of what was fetched cannot be changed.
  const plain = new Response(response.body, response);
  plain.headers.delete(FINAL_URL_HEADER);
  return redirectedTo(plain, url);
}

function redirectedTo(response: Response, url: string): Response {
  const clone = () => redirectedTo(Response.prototype.clone.call(response), url);
  return Object.defineProperties(response, {
    url: { value: url },
    redirected: { value: true },
    clone: { value: clone },
  });
}
