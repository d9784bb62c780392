// Two schemas as one, for clients that check their documents against it before they send them: Kili's, with this host's
// types and root fields in it. It is only described; each operation is answered by whoever it belongs to. Where both
// have a name, this host's meaning wins, and what only the other has is added to it.
import type {
  IntrospectionEnumType,
  IntrospectionField,
  IntrospectionInputObjectType,
  IntrospectionInputValue,
  IntrospectionObjectType,
  IntrospectionInterfaceType,
  IntrospectionSchema,
  IntrospectionType,
} from "graphql";
import { SHARED_FIELDS } from "./shared-fields.ts";

/** A type reference, as deep as it goes. */
interface NamedOrWrapped {
  readonly name?: string;
  readonly ofType?: NamedOrWrapped;
}

type WithFields = IntrospectionObjectType | IntrospectionInterfaceType;

/** Their types and fields come to ours. */
export function mergeIntrospection(ours: IntrospectionSchema, theirs: IntrospectionSchema): IntrospectionSchema {
  const types = new Map<string, IntrospectionType>(ours.types.map((type) => [type.name, type]));
  const roots = rootNames(ours, theirs);
  for (const theirType of theirs.types) {
    // Subscriptions are not forwarded.
    if (theirType.name === theirs.subscriptionType?.name) continue;
    const name = roots.get(theirType.name) ?? theirType.name;
    const ourType = types.get(name);
    types.set(name, ourType === undefined ? theirType : mergeType(ourType, theirType, roots.has(theirType.name)));
  }
  for (const [ourName, theirName] of sharedResults(ours, theirs)) {
    const [ourType, theirType] = [types.get(ourName), types.get(theirName)];
    if (ourName !== theirName && ourType?.kind === "OBJECT" && theirType?.kind === "OBJECT")
      types.set(ourName, mergeFields(ourType, theirType, false));
  }
  const directives = new Set(ours.directives.map(({ name }) => name));
  return {
    ...ours,
    types: [...types.values()],
    directives: [...ours.directives, ...theirs.directives.filter(({ name }) => !directives.has(name))],
  };
}

function mergeType(ours: IntrospectionType, theirs: IntrospectionType, isRoot: boolean): IntrospectionType {
  // What a plugin is, Kili has no say in here.
  if (ours.name.startsWith("__") || ours.name.startsWith("Plugin")) return ours;
  if (ours.kind === "OBJECT" && theirs.kind === "OBJECT") return mergeFields(ours, theirs, isRoot);
  if (ours.kind === "INPUT_OBJECT" && theirs.kind === "INPUT_OBJECT") return mergeInputs(ours, theirs);
  if (ours.kind === "ENUM" && theirs.kind === "ENUM") return mergeEnums(ours, theirs);
  return ours;
}

function mergeFields<Type extends WithFields>(ours: Type, theirs: WithFields, isRoot: boolean): Type {
  const theirFields = new Map(theirs.fields.map((field) => [field.name, field]));
  const fields = ours.fields.map((field): IntrospectionField => {
    const theirField = theirFields.get(field.name);
    if (!isRoot || theirField === undefined || !SHARED_FIELDS.has(field.name)) return field;
    return { ...field, args: mergeInputValues(field.args, theirField.args) };
  });
  const known = new Set(fields.map(({ name }) => name));
  const interfaces = new Map([...theirs.interfaces, ...ours.interfaces].map((each) => [each.name, each]));
  return {
    ...ours,
    fields: [...fields, ...theirs.fields.filter(({ name }) => !known.has(name))],
    interfaces: [...interfaces.values()],
  };
}

function mergeInputs(
  ours: IntrospectionInputObjectType,
  theirs: IntrospectionInputObjectType,
): IntrospectionInputObjectType {
  return { ...ours, inputFields: mergeInputValues(ours.inputFields, theirs.inputFields) };
}

function mergeEnums(ours: IntrospectionEnumType, theirs: IntrospectionEnumType): IntrospectionEnumType {
  const known = new Set(ours.enumValues.map(({ name }) => name));
  return { ...ours, enumValues: [...ours.enumValues, ...theirs.enumValues.filter(({ name }) => !known.has(name))] };
}

/** What only one of both has cannot be required, or the other's documents would not pass. */
function mergeInputValues(
  ours: readonly IntrospectionInputValue[],
  theirs: readonly IntrospectionInputValue[],
): IntrospectionInputValue[] {
  const [ourNames, theirNames] = [ours, theirs].map((values) => new Set(values.map(({ name }) => name)));
  return [
    ...ours.map((value) => (theirNames?.has(value.name) ? value : toOptional(value))),
    ...theirs.filter(({ name }) => !ourNames?.has(name)).map(toOptional),
  ];
}

function toOptional(value: IntrospectionInputValue): IntrospectionInputValue {
  return value.type.kind === "NON_NULL" ? { ...value, type: value.type.ofType } : value;
}

/** Their root types' names → ours. */
function rootNames(ours: IntrospectionSchema, theirs: IntrospectionSchema): ReadonlyMap<string, string> {
  const roots = new Map([[theirs.queryType.name, ours.queryType.name]]);
  if (theirs.mutationType && ours.mutationType) roots.set(theirs.mutationType.name, ours.mutationType.name);
  return roots;
}

/** For each shared root field, what it answers with here and there. */
function sharedResults(ours: IntrospectionSchema, theirs: IntrospectionSchema): [string, string][] {
  return [...SHARED_FIELDS].flatMap((name) => {
    const [here, there] = [resultOf(ours, name), resultOf(theirs, name)];
    return here === null || there === null ? [] : [[here, there] satisfies [string, string]];
  });
}

function resultOf({ types, queryType }: IntrospectionSchema, fieldName: string): string | null {
  const root = types.find(({ name }) => name === queryType.name);
  const field = root?.kind === "OBJECT" ? root.fields.find(({ name }) => name === fieldName) : undefined;
  if (field === undefined) return null;
  let type: NamedOrWrapped = field.type;
  while (type.ofType) type = type.ofType;
  return type.name ?? null;
}
