import { describe, expect, expectTypeOf, it } from "vitest";
import { PluginCore, type HandlerEvents, type PluginContext, type SubmitEvent } from "kili-edge/sdk";
import { recordingContext } from "../plugins/recording-kili.ts";

describe("PluginCore", () => {
  it("hands the context's parts to the plugin, also through a constructor of its own", () => {
    class Counting extends PluginCore<{ most: number }> {
      readonly most: number;
      constructor(context: PluginContext<{ most: number }>) {
        super(context);
        this.most = this.config.most;
      }
    }
    const { context } = recordingContext({ most: 3 });
    const plugin = new Counting(context);
    expect(plugin.most).toBe(3);
    const { kili, projectId, logger, config, run, env } = plugin;
    expect({ kili, projectId, logger, config, run, env }).toEqual(context);
  });

  it.each([
    ["onSubmit", "Method not implemented. Define a custom onSubmit on your plugin"],
    ["onReview", "Method not implemented. Define a custom onReview on your plugin"],
    ["onEvent", "Method not implemented. Define a custom onEvent on your plugin"],
    [
      "onCustomInterfaceClick",
      "Method not implemented. Define a custom onCustomInterfaceClick on your plugin. Handler is in active development.",
    ],
    [
      "onProjectUpdated",
      "Method not implemented. Define a custom onProjectUpdated on your plugin. Handler is in active development.",
    ],
    [
      "onSendBackToQueue",
      "Method not implemented. Define a custom onSendBackToQueue on your plugin. Handler is in active development.",
    ],
  ] as const)("%s warns in Kili's words when it is not overridden", (method, warning) => {
    const { context, lines } = recordingContext({});
    const plugin = new PluginCore(context) as unknown as Record<string, (argument: unknown) => unknown>;
    expect(plugin[method]?.({})).toBeUndefined();
    expect(lines).toEqual([`warning: ${warning}`]);
  });

  it("types each handler's parameter by its event", () => {
    expectTypeOf<Parameters<PluginCore["onSubmit"]>>().toEqualTypeOf<[HandlerEvents["onSubmit"]]>();
    expectTypeOf<Parameters<PluginCore["onReview"]>>().toEqualTypeOf<[HandlerEvents["onReview"]]>();
    expectTypeOf<Parameters<PluginCore["onProjectUpdated"]>>().toEqualTypeOf<[HandlerEvents["onProjectUpdated"]]>();
    expectTypeOf<Parameters<PluginCore["onSendBackToQueue"]>>().toEqualTypeOf<[HandlerEvents["onSendBackToQueue"]]>();
    expectTypeOf<Parameters<PluginCore["onEvent"]>>().toEqualTypeOf<[HandlerEvents["onEvent"]]>();
    expectTypeOf<Parameters<PluginCore["onCustomInterfaceClick"]>>().toEqualTypeOf<
      [HandlerEvents["onCustomInterfaceClick"]]
    >();
    expectTypeOf<keyof HandlerEvents>().toEqualTypeOf<Extract<keyof PluginCore, `on${string}`>>();

    class Mistaken extends PluginCore {
      // @ts-expect-error: onProjectUpdated gets settings, no label.
      override onProjectUpdated({ label }: SubmitEvent) {
        return label.id;
      }

      // @ts-expect-error: a function is no JSON value.
      override onSubmit() {
        return () => "later";
      }
    }
    expectTypeOf<Mistaken>().toExtend<object>();

    class Returning extends PluginCore {
      override async onSubmit({ assetId }: SubmitEvent) {
        if (assetId === "") return null;
        return { seen: [assetId], at: null };
      }
    }
    class Silent extends PluginCore {
      override async onReview() {
        await Promise.resolve();
      }
    }
    expectTypeOf<Silent>().toExtend<PluginCore>();
    expectTypeOf<Returning>().toExtend<PluginCore>();
  });
});
