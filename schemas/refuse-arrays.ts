// Closes a gap of valibot's objects and records: to them an array is an object too, with the keys 0, 1, 2, and an
// empty one lacks nothing that has a default. What is in the object stays the schema's business.
import * as v from "valibot";

/** `schema`, for anything but arrays. It stays what it is to whoever looks into it: its type and its entries. */
export function refuseArrays<const Schema extends v.GenericSchema>(schema: Schema): Schema {
  return v._standardSchema({
    ...schema,
    "~run"(dataset, config) {
      if (!Array.isArray(dataset.value)) return schema["~run"](dataset, config);
      v._addIssue(schema, "type", dataset, config);
      // Now it holds that issue, which its type cannot say.
      return dataset as unknown as v.FailureDataset<v.InferIssue<Schema>>;
    },
  } satisfies v.GenericSchema & Schema);
}
