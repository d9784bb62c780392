// What the peer uses of Deno, so that it can be checked without Deno's own types.
declare namespace Deno {
  const args: readonly string[];
  const env: { get(name: string): string | undefined };
  const stdin: { readonly readable: AsyncIterable<Uint8Array> };
  function exit(): never;
  function serve(
    options: { hostname: string; port: number; onListen: () => void },
    handler: (request: Request) => Response | Promise<Response>,
  ): { readonly addr: { readonly port: number } };
}

interface WorkerOptions {
  deno?: { permissions: "none" };
}
