// The byte budget of the Worker: what a deployment uploads and each cold start parses. It builds in memory
// and keeps nothing.
import { join, resolve } from "node:path";
import { bundleWorker } from "./bundle-worker.ts";

const MAX_GZIP_BYTES = 400_000;

const root = resolve(import.meta.dirname, "..", "..");
const bundle = await bundleWorker({ root, main: join(root, "worker", "index.ts"), define: {}, sourceMap: false });
if (!bundle.ok) {
  process.stderr.write(`${bundle.failure.message}\n`);
  process.exitCode = 1;
} else {
  const { gzipBytes } = bundle.value;
  const sizes = `the Worker is ${gzipBytes} bytes gzip, at most ${MAX_GZIP_BYTES}`;
  if (gzipBytes > MAX_GZIP_BYTES) process.stderr.write(`Cannot keep the byte budget: ${sizes}\n`);
  else process.stdout.write(`Byte budget: ${sizes}\n`);
  process.exitCode = gzipBytes > MAX_GZIP_BYTES ? 1 : 0;
}
