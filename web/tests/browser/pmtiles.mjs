// Writes a small PMTiles file (version 3) of made-up streets, in the layers of one schema.
import { gzipSync } from "node:zlib";

/** Streets on a grid around a point, with a railway, a river, a park and blocks, at every zoom to 15. */
export function streetMap([lon, lat], schema) {
  const tiles = new Map();
  for (let zoom = 0; zoom <= 15; zoom += 1) {
    const [cx, cy] = world(lon, lat).map((axis) => Math.floor(axis * 2 ** zoom));
    const reach = zoom < 12 ? 0 : 1;
    for (let x = cx - reach; x <= cx + reach; x += 1)
      for (let y = cy - reach; y <= cy + reach; y += 1)
        if (x >= 0 && y >= 0 && x < 2 ** zoom && y < 2 ** zoom) tiles.set(number(zoom, x, y), tileOf(zoom, x, y, [lon, lat], schema));
  }
  return file([...tiles].sort(([a], [b]) => a - b), METADATA[schema]);
}

const layer = (id) => ({ id, fields: {} });
const METADATA = {
  protomaps: {
    name: "Made-up streets",
    attribution: '<a href="https://www.openstreetmap.org/copyright">&copy; OpenStreetMap</a> (made up)',
    vector_layers: ["earth", "water", "landuse", "buildings", "roads", "pois"].map(layer),
  },
  openmaptiles: {
    attribution: "© OpenMapTiles © OpenStreetMap contributors (made up)",
    vector_layers: ["water", "waterway", "landcover", "building", "transportation", "transportation_name", "poi"].map(layer),
  },
  gsi: { vector_layers: ["WA", "RvrCL", "BldA", "RdCL", "RailCL"].map(layer) },
};

/** How each schema says what is drawn: layer and properties. */
const WORDS = {
  protomaps: {
    land: ["earth", { kind: "earth" }],
    park: ["landuse", { kind: "park" }],
    river: ["water", { kind: "river" }],
    building: ["buildings", { kind: "building" }],
    motorway: ["roads", { kind: "highway", kind_detail: "motorway" }],
    major: ["roads", { kind: "major_road", kind_detail: "primary", name: "大博通り", "name:en": "Taihaku-dori" }],
    middle: ["roads", { kind: "major_road", kind_detail: "tertiary", name: "竹下通り" }],
    minor: ["roads", { kind: "minor_road", kind_detail: "residential" }],
    rail: ["roads", { kind: "rail", kind_detail: "rail" }],
    siding: ["roads", { kind: "rail", kind_detail: "rail", service: "yard" }],
    station: ["pois", { kind: "station", name: "見本", "name:en": "Mihon" }],
  },
  openmaptiles: {
    park: ["landcover", { class: "grass" }],
    river: ["water", { class: "river" }],
    building: ["building", {}],
    motorway: ["transportation", { class: "motorway" }],
    major: ["transportation", { class: "primary" }],
    middle: ["transportation", { class: "tertiary" }],
    minor: ["transportation", { class: "minor" }],
    rail: ["transportation", { class: "rail" }],
    siding: ["transportation", { class: "rail", service: "yard" }],
    name: ["transportation_name", { class: "primary", name: "大博通り", "name:en": "Taihaku-dori" }],
    station: ["poi", { class: "railway", subclass: "station", name: "見本" }],
  },
  gsi: {
    river: ["WA", { vt_code: 5100 }],
    building: ["BldA", { vt_code: 3101 }],
    motorway: ["RdCL", { vt_rdctg: "高速自動車国道等" }],
    major: ["RdCL", { vt_rdctg: "国道" }],
    middle: ["RdCL", { vt_rdctg: "都道府県道" }],
    minor: ["RdCL", { vt_rdctg: "市区町村道等" }],
    rail: ["RailCL", { vt_railstate: "通常部", vt_sngldbl: "複線以上" }],
    siding: ["RailCL", { vt_railstate: "通常部", vt_sngldbl: "側線" }],
  },
};

const EXTENT = 4096;

function tileOf(zoom, x, y, [lon, lat], schema) {
  const words = WORDS[schema];
  const layers = new Map();
  const scale = 2 ** zoom * EXTENT;
  const [mx, my] = world(lon, lat);
  // Metres east and south of the middle, in the tile's units.
  const metre = 1 / (40_075_017 * Math.cos((lat * Math.PI) / 180));
  const point = ([east, south]) => [
    Math.round((mx + east * metre) * scale - x * EXTENT),
    Math.round((my + south * metre) * scale - y * EXTENT),
  ];
  const add = (what, type, points) => {
    if (!words[what]) return;
    const [name, properties] = words[what];
    const local = clipped(type, points.map(point));
    if (!local) return;
    if (!layers.has(name)) layers.set(name, []);
    layers.get(name).push({ type, points: local, properties });
  };
  const box = (w, n, e, s) => [[w, n], [e, n], [e, s], [w, s]];
  const reach = zoom < 12 ? 8000 : 2500;
  add("land", 3, box(-30_000, -30_000, 30_000, 30_000));
  add("park", 3, box(-900, -500, -500, -150));
  add("river", 3, box(700, -reach, 800, reach));
  add("motorway", 2, [[-reach, 1100], [reach, 1000]]);
  add("rail", 2, [[-600, -reach], [0, 0]]);
  add("rail", 2, [[0, 0], [500, reach]]);
  add("siding", 2, [[20, 0], [520, reach]]);
  for (let at = -2400; at <= 2400; at += 80) {
    const kind = at % 800 === 0 ? "major" : at % 400 === 0 ? "middle" : "minor";
    add(kind, 2, [[at, -reach], [at, reach]]);
    add(kind, 2, [[-reach, at], [reach, at]]);
    if (kind === "major") add("name", 2, [[-reach, at], [reach, at]]);
  }
  if (zoom >= 14)
    for (let east = -1200; east < 1200; east += 80)
      for (let south = -1200; south < 1200; south += 80) add("building", 3, box(east + 15, south + 15, east + 60, south + 55));
  add("station", 1, [[900, -900]]);
  return vectorTile(layers);
}

/** What of a point, a straight line or an upright rectangle lies in a tile or close to it. */
function clipped(type, points) {
  const [low, high] = [-64, EXTENT + 64];
  if (type !== 2) {
    const inside = points.map((p) => p.map((axis) => Math.min(high, Math.max(low, axis))));
    const isThere = (axis) => new Set(inside.map((p) => p[axis])).size > 1;
    if (type === 3) return isThere(0) && isThere(1) ? inside : null;
    return inside[0].every((axis, i) => axis === points[0][i]) ? points : null;
  }
  const [a, b] = [points[0], points.at(-1)];
  let [from, to] = [0, 1];
  for (const axis of [0, 1]) {
    const along = b[axis] - a[axis];
    const ends = [low, high].map((edge) => (edge - a[axis]) / along);
    if (along === 0 && (a[axis] < low || a[axis] > high)) return null;
    if (along !== 0) [from, to] = [Math.max(from, Math.min(...ends)), Math.min(to, Math.max(...ends))];
  }
  if (from >= to) return null;
  return [from, to].map((share) => a.map((axis, i) => Math.round(axis + share * (b[i] - axis))));
}

function vectorTile(layers) {
  return Buffer.concat(
    [...layers].map(([name, features]) => {
      const keys = [];
      const values = [];
      const index = (list, item) => {
        if (!list.includes(item)) list.push(item);
        return list.indexOf(item);
      };
      const written = features.map(({ type, points, properties }) => {
        const tags = Object.entries(properties).flatMap(([key, value]) => [index(keys, key), index(values, value)]);
        return field(2, Buffer.concat([field(2, packed(tags)), varint(3 << 3), varint(type), field(4, packed(commands(type, points)))]));
      });
      const value = (item) =>
        field(4, typeof item === "number" ? Buffer.concat([varint(5 << 3), varint(item)]) : field(1, Buffer.from(item)));
      return field(
        3,
        Buffer.concat([
          field(1, Buffer.from(name)),
          ...written,
          ...keys.map((key) => field(3, Buffer.from(key))),
          ...values.map(value),
          varint(5 << 3), varint(EXTENT),
          varint(15 << 3), varint(2),
        ]),
      );
    }),
  );
}

function commands(type, points) {
  let pen = [0, 0];
  const step = (point) => {
    const moved = point.map((axis, i) => axis - pen[i]);
    pen = point;
    return moved.map((axis) => ((axis << 1) ^ (axis >> 31)) >>> 0);
  };
  const [start, ...rest] = points;
  const drawn = [9, ...step(start)];
  if (rest.length) drawn.push((rest.length << 3) | 2, ...rest.flatMap(step));
  if (type === 3) drawn.push(15);
  return drawn;
}

function file(tiles, metadata) {
  const data = tiles.map(([, bytes]) => gzipSync(bytes));
  const numbers = [tiles.length];
  let before = 0;
  for (const [tile] of tiles) {
    numbers.push(tile - before);
    before = tile;
  }
  numbers.push(...tiles.map(() => 1), ...data.map((bytes) => bytes.length), ...data.map((_, i) => (i ? 0 : 1)));
  const root = gzipSync(packed(numbers));
  const described = gzipSync(JSON.stringify(metadata));
  const header = Buffer.alloc(127);
  header.write("PMTiles");
  header[7] = 3;
  const parts = [root, described, Buffer.alloc(0), Buffer.concat(data)];
  let offset = header.length;
  parts.forEach((part, i) => {
    header.writeBigUInt64LE(BigInt(offset), 8 + 16 * i);
    header.writeBigUInt64LE(BigInt(part.length), 16 + 16 * i);
    offset += part.length;
  });
  [1, 2, 2, 1, 0, 15].forEach((byte, i) => (header[96 + i] = byte));
  [122, 20, 154, 46].forEach((degrees, i) => header.writeInt32LE(degrees * 1e7, 102 + 4 * i));
  return Buffer.concat([header, ...parts]);
}

/** A tile's number along the Hilbert curve, behind all of lower zooms. */
function number(zoom, x, y) {
  let along = 0;
  for (let side = 2 ** zoom / 2; side >= 1; side /= 2) {
    const right = x >= side ? 1 : 0;
    const below = y >= side ? 1 : 0;
    along += side * side * ((3 * right) ^ below);
    [x, y] = [x % side, y % side];
    if (!below) {
      if (right) [x, y] = [side - 1 - x, side - 1 - y];
      [x, y] = [y, x];
    }
  }
  return (4 ** zoom - 1) / 3 + along;
}

function world(lon, lat) {
  return [(lon + 180) / 360, (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2];
}

const field = (number, bytes) => Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
const packed = (numbers) => Buffer.concat(numbers.map(varint));

function varint(number) {
  const bytes = [];
  while (number >= 0x80) {
    bytes.push((number % 0x80) | 0x80);
    number = Math.floor(number / 0x80);
  }
  bytes.push(number);
  return Buffer.from(bytes);
}
