// Tells the platform's types what this Worker exports and is bound to.
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import("./index.ts");
  }
  interface Env extends Readonly<import("./env.ts").Env> {}
}
