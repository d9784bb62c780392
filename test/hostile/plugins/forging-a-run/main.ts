// Tries to act in the name of another run, whose id it is told, by whatever it can write to, send or call.
import { PluginCore, type PluginContext, type SubmitEvent } from "kili-edge/sdk";

const SEND_BACK = `mutation ($where: AssetWhere!) { data: sendBackAssetsToQueue(where: $where) { id } }`;
const MINE = { assetIds: ["asset-1"] };
const WHERE = { where: { idIn: ["asset-1"] } };

type Anything = Record<PropertyKey, unknown>;

export default class PluginHandler extends PluginCore {
  readonly #context: PluginContext;

  constructor(context: PluginContext) {
    super(context);
    this.#context = context;
  }

  override async onSubmit({ label }: SubmitEvent): Promise<void> {
    const { runId } = label.jsonResponse as unknown as { runId: string };
    const ways = { ...this.#byWriting(runId), ...this.#bySending(runId), ...this.#byCloning() };
    for (const [name, way] of Object.entries(ways)) {
      try {
        await way();
        this.logger.info(`${name}: done`);
      } catch (error) {
        this.logger.info(`${name}: ${(error as Error).name}`);
      }
    }
    this.logger.info("functions called:", await this.#callAll(runId));
  }

  /** Says that it is the other run, in all that says which one it is. */
  #byWriting(runId: string): Record<string, () => unknown> {
    const forged = { id: runId, runId, attempt: 1, idempotencyKey: runId };
    return {
      "its run": () => {
        Object.assign(this.run, forged);
        return this.kili.sendBackToQueue(MINE);
      },
      "another object of its class": () => {
        const kili = Object.assign(Object.create(this.kili) as typeof this.kili, { ...this.kili, runId, run: forged });
        return new PluginHandler({ ...this.#context, run: forged, kili }).kili.sendBackToQueue(MINE);
      },
      "what its client is called on": () => this.kili.sendBackToQueue.call({ ...this.kili, runId, run: forged }, MINE),
      "what all objects have": async () => {
        for (const name of ["runId", "run", "props", "inboxName"])
          Object.defineProperty(Object.prototype, name, { value: runId, configurable: true, writable: true });
        try {
          await this.kili.sendBackToQueue(MINE);
        } finally {
          for (const name of ["runId", "run", "props", "inboxName"]) delete (Object.prototype as Anything)[name];
        }
      },
    };
  }

  /** Names the other run in what it sends, and sends it to where the host's own parts might listen. */
  #bySending(runId: string): Record<string, () => unknown> {
    const more = { runId, run: { id: runId }, props: { runId } };
    const names = ["run", "run-id", "runid", "reports", "url", "redirect", "refusal"];
    const headers = Object.fromEntries(names.map((name) => [`x-kili-edge-${name}`, runId]));
    const body = JSON.stringify({ ...more, runs: [more], body: "{}", eventType: "onSubmit" });
    const post = (url: string) => () => fetch(url, { method: "POST", headers, body });
    const graphql = this.kili.graphql as (...given: unknown[]) => Promise<unknown>;
    return {
      arguments: () => this.kili.sendBackToQueue({ ...MINE, ...more }),
      variables: () => this.kili.graphql(SEND_BACK, { ...WHERE, ...more }),
      "one argument more": () => graphql(SEND_BACK, WHERE, more, runId),
      headers: post("https://echo.example.com/"),
      "the harness's URL": post("http://plugin/"),
      "a door's URL": post("http://door/"),
      "an inbox's URL": post(`http://inbox/beginCall?runId=${runId}`),
      "a URL of Kili's": post("http://kili/"),
      "another scheme": post(`kili-edge://door/${runId}`),
    };
  }

  /** Takes its client apart. */
  #byCloning(): Record<string, () => unknown> {
    return {
      "a clone": () => structuredClone(this.kili),
      "a clone of all": () => structuredClone(this.#context),
      "a message": () => new MessageChannel().port1.postMessage(this.kili),
    };
  }

  /** Calls every function it can reach with the other run's id; says how many. */
  async #callAll(runId: string): Promise<number> {
    const found = new Map<unknown, unknown>();
    const walk = (value: unknown, owner: unknown): void => {
      if (value === null || (typeof value !== "object" && typeof value !== "function") || found.has(value)) return;
      found.set(value, owner);
      for (const key of Reflect.ownKeys(value)) walk((value as Anything)[key], value);
    };
    for (const given of [this.kili, this.env, this.run, this.config, this.projectId]) walk(given, this);
    let called = 0;
    for (const [fn, owner] of found) {
      if (typeof fn !== "function") continue;
      called += 1;
      for (const given of [[runId], [{ runId, id: runId, assetIds: ["asset-1"] }, runId]])
        await Promise.resolve()
          .then(() => Reflect.apply(fn, owner, given) as unknown)
          .catch(() => null);
    }
    return called;
  }
}
