// The one Node module the guest uses, as far as it uses it. Types for the rest are left out, as guests do not have it.
declare module "node:async_hooks" {
  export class AsyncLocalStorage<T> {
    run<R>(store: T, fn: () => R): R;
    getStore(): T | undefined;
  }
}
