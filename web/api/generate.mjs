// Writes TypeScript types from the API's definition (OpenAPI 3.1), a file or an address:
// node api/generate.mjs DEFINITION.json
// The types go to stdout; `make api` keeps them in src/api/generated.d.ts.
import { readFileSync } from "node:fs";

const from = process.argv[2];
const definition = from.startsWith("http") ? await (await fetch(from)).json() : JSON.parse(readFileSync(from, "utf8"));
const { schemas, parameters } = definition.components;

const capitalised = (name) => name[0].toUpperCase() + name.slice(1);
const key = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
const indented = (text) => text.replaceAll("\n", "\n  ");
const alternatives = (types) => [...new Set(types)].join(" | ");

/** A comment from a description; nothing where there is none. */
function comment(text) {
  return text ? `/** ${text.replaceAll("*/", "* /")} */\n` : "";
}

function typeOf(schema) {
  if (schema === undefined || schema === true) return "unknown";
  if (schema.$ref) return capitalised(schema.$ref.split("/").pop());
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return alternatives(schema.enum.map((value) => JSON.stringify(value)));
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return alternatives(choices.map(typeOf));
  if (schema.allOf) return schema.allOf.map(typeOf).join(" & ");
  if (Array.isArray(schema.type)) return alternatives(schema.type.map((type) => typeOf({ ...schema, type })));
  switch (schema.type) {
    case "string":
      return schema.format === "binary" ? "Blob" : "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      return listOf(schema);
    case "object":
      return objectOf(schema);
    default:
      return "unknown";
  }
}

function listOf({ items, minItems, maxItems }) {
  const item = typeOf(items);
  // A list of a fixed length, such as coordinates.
  if (minItems && minItems === maxItems) return `[${Array(minItems).fill(item).join(", ")}]`;
  return item.includes(" ") ? `(${item})[]` : `${item}[]`;
}

function objectOf({ properties, required = [], additionalProperties }) {
  if (!properties) {
    const of = typeof additionalProperties === "object" ? typeOf(additionalProperties) : "unknown";
    return `Record<string, ${of}>`;
  }
  const members = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? "" : "?";
    const about = schema.$ref ? "" : comment(schema.description);
    return indented(`\n${about}${key(name)}${mark}: ${typeOf(schema)};`);
  });
  return `{${members.join("")}\n}`;
}

function declaration(name, schema) {
  const type = typeOf(schema);
  const about = comment(schema.description);
  return schema.type === "object" && schema.properties
    ? `${about}export interface ${capitalised(name)} ${type}\n`
    : `${about}export type ${capitalised(name)} = ${type};\n`;
}

/** The parameters of an operation that are in one place, as an object. */
function parametersIn(place, operation) {
  const known = (operation.parameters ?? []).map((it) => (it.$ref ? parameters[it.$ref.split("/").pop()] : it));
  const here = known.filter((parameter) => parameter.in === place);
  const properties = Object.fromEntries(here.map((it) => [it.name, it.schema]));
  const required = here.filter((it) => it.required).map((it) => it.name);
  return here.length ? typeOf({ type: "object", properties, required }) : "Record<never, never>";
}

/** What a body or an answer holds: its JSON where it has some, else what it is. */
function contentOf(content) {
  if (!content) return "null";
  const json = Object.keys(content).find((type) => /^application\/(\w+(-\w+)*\+)?json/.test(type) && !/openapi/.test(type));
  const type = json ?? Object.keys(content)[0];
  return json ? typeOf(content[json].schema) : type.startsWith("text/") ? "string" : "Blob";
}

function operationOf(method, path, operation) {
  const answers = Object.entries(operation.responses)
    .filter(([status]) => /^2/.test(status))
    .map(([status, answer]) => indented(`\n${status}: ${contentOf(answer.content)};`));
  const members = [
    `method: ${JSON.stringify(method.toUpperCase())};`,
    `path: ${JSON.stringify(path)};`,
    `pathParameters: ${parametersIn("path", operation)};`,
    `query: ${parametersIn("query", operation)};`,
    `headers: ${parametersIn("header", operation)};`,
    `body: ${operation.requestBody ? contentOf(operation.requestBody.content) : "null"};`,
    `answers: {${answers.join("")}\n};`,
  ];
  const body = members.map((member) => indented(`\n${member}`)).join("");
  return indented(`\n${comment(operation.summary)}${key(operation.operationId)}: {${body}\n};`);
}

const operations = Object.entries(definition.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => operationOf(method, path, operation)),
);

process.stdout.write(`// Generated from the API's definition by \`make api\`; a test fails when it is stale.

${Object.entries(schemas)
  .map(([name, schema]) => declaration(name, schema))
  .join("\n")}
/** Every operation by its id. */
export interface Operations {${operations.join("")}
}
`);
