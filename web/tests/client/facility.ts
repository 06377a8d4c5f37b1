// Makes, reads, changes and withdraws a facility with nothing but the generated types: what they promise
// is what the server does. Started by tests/suite/generated.rs with the server's address and a token.
import type { FacilityChanges, NewFacility, Operations } from "../../src/api/generated.d.ts";

declare const process: { argv: string[] };

const [url, token] = process.argv.slice(2);

function expect(holds: boolean, what: unknown): asserts holds {
  if (!holds) throw new Error(`unexpected: ${JSON.stringify(what)}`);
}

/** One operation: its method, path, parameters and body are those of the definition, or this does not compile. */
async function call<Id extends keyof Operations, Status extends keyof Operations[Id]["answers"] & number>(
  _: Id,
  method: Operations[Id]["method"],
  path: Operations[Id]["path"],
  expected: Status,
  asked: {
    path: Operations[Id]["pathParameters"];
    query?: Partial<Operations[Id]["query"]>;
    headers?: Operations[Id]["headers"];
    body: Operations[Id]["body"];
  },
): Promise<{ data: Operations[Id]["answers"][Status]; etag: string }> {
  const filled = path.replace(/\{(\w+)\}/g, (_match, name: string) =>
    encodeURIComponent(String((asked.path as Record<string, unknown>)[name])),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked.query ?? {})) query.set(name, String(value));
  const response = await fetch(`${url}${filled}?${query}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(asked.headers as Record<string, string>),
      ...(asked.body !== null && { "Content-Type": "application/json" }),
    },
    ...(asked.body !== null && { body: JSON.stringify(asked.body) }),
  });
  const text = await response.text();
  expect(response.status === expected, { status: response.status, text });
  const data = (text === "" ? null : JSON.parse(text)) as Operations[Id]["answers"][Status];
  return { data, etag: response.headers.get("ETag") ?? "" };
}

const items = "/collections/facilities/items";
const item = "/collections/facilities/items/{featureId}";

const facility: NewFacility = {
  type: "Feature",
  geometry: { type: "Point", coordinates: [139.7016, 35.658] },
  properties: {
    name: "生成された拠点",
    kind: "coworking",
    status: "open",
    address: "東京都渋谷区道玄坂1-1-1",
    seats: 12,
    amenities: ["wifi", "power"],
  },
};
const made = (await call("createFeature", "POST", items, 201, { path: {}, body: facility })).data;
expect(made.properties.kind === "coworking", made);
// Every key is there: what nobody said is null, not undefined.
const phone: string | null = made.properties.phone;
expect(phone === null, made);

const path = { featureId: made.id };
const read = () => call("getFeature.facilities", "GET", item, 200, { path, body: null });
const first = await read();
const [lon, lat]: [number, number] = first.data.geometry.coordinates;
expect(lon === 139.7016 && lat === 35.658, first);

const near = { near: [139.7016, 35.658] as [number, number], limit: 1 };
const list = (await call("getFeatures.facilities", "GET", items, 200, { path: {}, query: near, body: null })).data;
expect(list.features[0]?.id === made.id && list.features[0].properties.distance === 0, list);

const properties: FacilityChanges = { seats: 24, phone: "03-1234-5678" };
const changed = await call("updateFeature", "PATCH", item, 200, {
  path,
  headers: { "If-Match": first.etag },
  body: { properties },
});
expect(changed.data.properties.seats === 24 && changed.data.properties.kind === "coworking", changed);

const second = await read();
const { name: _name, ...rest } = facility.properties;
const replaced = await call("replaceFeature", "PUT", item, 200, {
  path,
  headers: { "If-Match": second.etag },
  body: { ...facility, properties: { ...rest, name: "改名した拠点", seats: null } },
});
expect(replaced.data.properties.name === "改名した拠点" && replaced.data.properties.phone === null, replaced);

const third = await read();
await call("deleteFeature", "DELETE", item, 204, { path, headers: { "If-Match": third.etag }, body: null });
console.log("ok");
