// Some libraries' types bring the browser's, whose SubtleCrypto hides the platform's: what is used of it, said again.
interface SubtleCrypto {
  timingSafeEqual(a: ArrayBuffer | ArrayBufferView, b: ArrayBuffer | ArrayBufferView): boolean;
}
