/** A facility as a form holds it: what was loaded, what was typed, and what of it changed. */

export type Properties = Record<string, unknown>;

/** One field of the schema, as far as a form must know it. */
export interface FieldSchema {
  name: string;
  title: string;
  type: "string" | "integer" | "boolean" | "array" | "object";
  nullable: boolean;
  /** A closed list of slugs, of the value or of its entries. */
  words: string[] | null;
  format: "date" | "uri" | null;
  unit: string | null;
}

interface RawSchema {
  title?: string;
  type?: string | string[];
  enum?: (string | null)[];
  format?: string;
  items?: { enum?: string[] };
  "x-ogc-unit"?: string;
}

/** What the server makes itself, or keeps for programs. */
const NOT_ASKED = new Set([
  "id",
  "municipality",
  "municipality_name",
  "ward",
  "prefecture",
  "position_error",
  "synthetic",
  "status_age",
  "updated_at",
  "geometry",
]);

export function readSchema(properties: Record<string, RawSchema>): Map<string, FieldSchema> {
  const fields = new Map<string, FieldSchema>();
  for (const [name, raw] of Object.entries(properties)) {
    if (NOT_ASKED.has(name)) continue;
    const types = [raw.type ?? []].flat();
    const type = types.find((word) => word !== "null") as FieldSchema["type"] | undefined;
    if (!type) continue;
    fields.set(name, {
      name,
      title: raw.title ?? name,
      type,
      nullable: types.includes("null"),
      words: (raw.enum ?? raw.items?.enum ?? null)?.filter((word): word is string => word !== null) ?? null,
      format: raw.format === "date" || raw.format === "uri" ? raw.format : null,
      unit: raw["x-ogc-unit"] ?? null,
    });
  }
  return fields;
}

/** The groups of the form; what the schema has beside them comes last, so that nothing is lost. */
export const GROUPS = {
  basics: ["name", "name_kana", "name_en", "kind", "status", "status_asof"],
  place: ["address", "position", "position_precision"],
  use: ["opening_hours", "hours_note", "closures", "price_hour_yen", "price_note", "seats", "eligibility", "eligibility_note", "amenities", "amenities_note", "uses"],
  building: ["stock", "stock_note", "built_year"],
  operator: ["operator", "phone", "website"],
  support: ["support"],
  sources: ["sources", "osm_id", "confidence", "checked_on"],
} as const;

export type GroupName = keyof typeof GROUPS;

/** Which properties differ; an absent one is unknown. */
export function changed(before: Properties, after: Properties): Properties {
  const differing = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value ?? null) !== JSON.stringify(before[name] ?? null),
  );
  return Object.fromEntries(differing.map(([name, value]) => [name, value ?? null]));
}

/** One's own changes put onto what somebody else made of it meanwhile. */
export function rebased(base: Properties, mine: Properties, theirs: Properties): Properties {
  return { ...theirs, ...changed(base, mine) };
}

/** What is wrong with a value before it is sent: a key of the form's words, or nothing. */
export type Wrong = "missing" | "notNumber" | "notUrl" | null;

export function wrong(field: FieldSchema, value: unknown, required: boolean): Wrong {
  if (value === null || value === "") return required ? "missing" : null;
  if (field.type === "integer" && !(Number.isInteger(value) && (value as number) >= 0)) return "notNumber";
  if (field.format === "uri" && !isWebAddress(String(value))) return "notUrl";
  return null;
}

/** Digits as people type them: full-width, with separators, with the unit. NaN is no number. */
export function readInteger(text: string): number | null {
  const plain = text.normalize("NFKC").replace(/[,，\s]|円|席|人|年/gu, "");
  if (!plain) return null;
  return /^\d{1,9}$/.test(plain) ? Number(plain) : Number.NaN;
}

function isWebAddress(text: string): boolean {
  try {
    return ["http:", "https:"].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}
