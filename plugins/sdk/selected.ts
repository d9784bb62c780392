// How the fields a query asks for become the type of its rows. Types only.

/**
 * The part of `Node` that `Field` names. Nested fields are dotted, as in Kili's Python SDK:
 * `Selected<Label, "id" | "author.email">` is `{ id: string; author: { email: string } }`.
 * A field this SDK does not know is `unknown`.
 */
export type Selected<Node, Field extends string> = {
  readonly [Key in FirstPart<Field>]: Key extends keyof Node ? Narrowed<Node[Key], Rest<Field, Key>> : unknown;
};

/**
 * The name of a field of `Node`, dotted where it is nested: the known ones are suggested down to the third part, any
 * other is allowed.
 */
export type FieldOf<Node> = Path<Node, 3> | (string & {});

type Path<Node, Depth extends 1 | 2 | 3> = {
  [Key in keyof Node & string]: ItemOf<Node[Key]> extends infer Inner
    ? Inner extends Related
      ? Depth extends 1
        ? never
        : `${Key}.${Path<Inner, Depth extends 3 ? 2 : 1>}`
      : Key
    : never;
}[keyof Node & string];

/** What has an id of its own in Kili has fields to choose from. Any other object comes as a whole. */
interface Related {
  id: string;
}

type ItemOf<Value> = Value extends null ? never : Value extends readonly (infer Item)[] ? Item : Value;

type FirstPart<Field extends string> = Field extends `${infer Key}.${string}` ? Key : Field;
type Rest<Field extends string, Key extends string> = Field extends `${Key}.${infer Deeper}` ? Deeper : never;
type Narrowed<Value, Deeper extends string> = [Deeper] extends [never]
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly Selected<Item, Deeper>[]
    : Value extends object
      ? Selected<Value, Deeper>
      : Value;
