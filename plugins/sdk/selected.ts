// How the fields a query asks for become the type of its rows. Types only.

/**
 * The part of `Node` that `Field` names. Nested fields are dotted, as in Kili's Python SDK:
 * `Selected<Label, "id" | "author.email">` is `{ id: string; author: { email: string } }`.
 * A field this SDK does not know is `unknown`.
 */
export type Selected<Node, Field extends string> = {
  readonly [Key in FirstPart<Field>]: Key extends keyof Node ? Narrowed<Node[Key], Rest<Field, Key>> : unknown;
};

/** A field name: the known ones are suggested, any other is allowed. */
export type FieldOf<Known extends string> = Known | (string & {});

type FirstPart<Field extends string> = Field extends `${infer Key}.${string}` ? Key : Field;
type Rest<Field extends string, Key extends string> = Field extends `${Key}.${infer Deeper}` ? Deeper : never;
type Narrowed<Value, Deeper extends string> = [Deeper] extends [never]
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly Selected<Item, Deeper>[]
    : Value extends object
      ? Selected<Value, Deeper>
      : Value;
