// Comparison of secrets in constant time. Does not decide which secrets there are.

const encoder = new TextEncoder();

/** True when both texts are the same. Takes as long for a near miss as for a far one; only lengths can be told apart. */
export function equalSecrets(given: string, expected: string): boolean {
  const givenBytes = encoder.encode(given);
  const expectedBytes = encoder.encode(expected);
  const sameLength = givenBytes.byteLength === expectedBytes.byteLength;
  // Compare in both cases, so that the answer to a wrong length takes as long.
  const same = crypto.subtle.timingSafeEqual(sameLength ? givenBytes : expectedBytes, expectedBytes);
  return sameLength && same;
}
