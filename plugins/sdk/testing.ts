// What a plugin's unit tests import as "kili-edge/sdk/testing". None of it is in an isolate.
export { fakeKili } from "./fake-kili.ts";
export { runHandler } from "./run-handler.ts";

export type { FakeAnswer, FakeAnswers, FakeCall, FakeKili } from "./fake-kili.ts";
export type { HandlerRun, TestContext } from "./run-handler.ts";
