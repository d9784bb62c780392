// What metering costs the code of plugins.
import type { BenchOptions, Figure } from "../figure.ts";
import { measureMetering as measureKernels } from "../metering.ts";

/** Measures every kernel of bench/kernels, metered and not. */
export async function measureMetering({ short }: BenchOptions): Promise<readonly Figure[]> {
  const { geometricMean, kernels } = await measureKernels(short ? 9 : undefined);
  const detail = kernels.map(({ kernel, ratio }) => `${kernel} ${ratio.toFixed(2)}`).join(", ");
  const rounds = kernels.map(({ ratio }) => ratio);
  return [
    {
      name: `metered ÷ unmetered, ${kernels.length} kernels`,
      value: geometricMean,
      unit: "ratio",
      target: { atMost: 1.25 },
      detail,
      rounds,
    },
  ];
}
