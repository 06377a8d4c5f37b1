// Checks the dependencies of the program and of the pages, from `cargo metadata` and package-lock.json:
//   - every licence is permissive;
//   - every package comes from its registry, none from git or a path;
//   - no crate is built in two versions, apart from a list with reasons;
//   - every direct dependency has its reason in ARCHITECTURE.md, and is used.
// Run by `make lint`, after cargo has downloaded the crates: node tests/support/dependencies.mjs
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path) => readFileSync(join(root, path), "utf8");

const PERMISSIVE = new Set([
  "0BSD",
  "Apache-2.0",
  "Apache-2.0 WITH LLVM-exception",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BSL-1.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "PostgreSQL",
  "Unicode-3.0",
  "Unlicense",
  "Zlib",
]);

// Packages of other licences: tools that nothing of what we ship contains.
const NOT_SHIPPED = [
  [/^axe-core$/, "MPL-2.0", "checks accessibility in tests"],
  [/^lightningcss(-|$)/, "MPL-2.0", "Vite's CSS minifier, run at build time"],
];

// Crates in several versions. Each is somebody else's dependency; the reason says whose.
const SEVERAL = {
  bitflags: "flatbuffers (FlatGeobuf) still asks for version 1",
  constant_time_eq: "totp-rs and zip ask for different versions",
  "generic-array": "heapless of rstar's old versions asks for old ones",
  hash32: "heapless of rstar's old versions asks for old ones",
  heapless: "rstar's old versions ask for old ones",
  http: "actix-web stays on 0.2; ureq, in tests, uses 1",
  lock_api: "r2d2 and its thread pool ask for different parking_lot",
  parking_lot: "r2d2 and its thread pool ask for different versions",
  parking_lot_core: "r2d2 and its thread pool ask for different parking_lot",
  rstar: "geo-types names every version it can work with as an option, and geo 0.33 uses 0.12",
  syn: "macros are moving from 2 to 3; none of it is in the binary",
  toml_datetime: "toml and toml_edit, at build time, are a version apart",
  winnow: "toml and toml_edit, at build time, are a version apart",
};

// Crates that no source names: they only choose how a C library is compiled.
const LINKED = new Set(["libsqlite3-sys", "pq-sys", "openssl-sys"]);
// Packages that are run as programs.
const PROGRAMS = new Set(["typescript"]);

const faults = [];
const fault = (text) => faults.push(text);

/** Whether one may choose permissive terms: `A OR B`, `A AND B`, brackets, and the old `A/B`. */
function permissive(expression) {
  const tokens = expression.replaceAll("/", " OR ").match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const any = () => {
    let is = all();
    while (tokens[at] === "OR") {
      at += 1;
      is = all() || is;
    }
    return is;
  };
  const all = () => {
    let is = one();
    while (tokens[at] === "AND") {
      at += 1;
      is = one() && is;
    }
    return is;
  };
  const one = () => {
    if (tokens[at] === "(") {
      at += 1;
      const is = any();
      at += 1;
      return is;
    }
    let licence = tokens[at];
    at += 1;
    if (tokens[at] === "WITH") {
      licence += ` WITH ${tokens[at + 1]}`;
      at += 2;
    }
    return PERMISSIVE.has(licence);
  };
  return any() && at === tokens.length;
}

for (const [expression, expected] of [
  ["MIT OR GPL-3.0", true],
  ["MIT AND GPL-3.0", false],
  ["(MIT OR GPL-3.0) AND Unicode-3.0", true],
  ["Apache-2.0 WITH LLVM-exception OR GPL-2.0", true],
  ["Unlicense/MIT", true],
  ["GPL-3.0", false],
  ["", false],
]) {
  if (permissive(expression) !== expected) fault(`this check misreads the licence “${expression}”`);
}

/** Every file below a folder whose name ends so. */
function files(folder, ending) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : files(path, ending);
    return ending.test(entry.name) ? [path] : [];
  });
}

/** The names and reasons of the table that begins with this heading. */
function reasons(heading) {
  const lines = read("ARCHITECTURE.md").split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  if (start < 0) throw new Error(`ARCHITECTURE.md has no table “${heading}”`);
  const found = new Map();
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith("|")) break;
    const [, name, reason] = line.split("|").map((cell) => cell.trim());
    found.set(name, reason);
  }
  return found;
}

/** Holds the direct dependencies against their reasons and against the words of the sources. */
function direct(names, heading, sources, used) {
  const told = reasons(heading);
  for (const name of names) {
    if (!told.get(name)) fault(`${name} has no reason in ARCHITECTURE.md`);
    if (!used(name, sources)) fault(`${name} is used nowhere`);
  }
  for (const name of told.keys()) {
    if (!names.includes(name)) fault(`ARCHITECTURE.md gives a reason for ${name}, which is no direct dependency`);
  }
}

// The program.
const cargo = (...options) => execFileSync("cargo", options, { cwd: root, maxBuffer: 1 << 28, encoding: "utf8" });
const host = execFileSync("rustc", ["-vV"], { encoding: "utf8" }).match(/^host: (.+)$/m)[1];
const metadata = JSON.parse(
  cargo("metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", host),
);
const own = metadata.packages.find((crate) => crate.name === "machinaka");
const versions = new Map();
for (const crate of metadata.packages) {
  versions.set(crate.name, [...(versions.get(crate.name) ?? []), crate.version]);
  if (crate === own) continue;
  if (!permissive(crate.license ?? "")) fault(`${crate.name} ${crate.version} has the licence “${crate.license}”`);
  if (crate.source !== "registry+https://github.com/rust-lang/crates.io-index")
    fault(`${crate.name} ${crate.version} comes from ${crate.source}`);
}
for (const [name, all] of versions) {
  if (all.length > 1 && !SEVERAL[name]) fault(`${name} is there in versions ${all.join(", ")}`);
}
for (const name of Object.keys(SEVERAL)) {
  if ((versions.get(name) ?? []).length < 2) fault(`${name} is no longer there in several versions: take it off the list`);
}
const rust = [...["src", "tests", "benches"].flatMap((folder) => files(folder, /\.rs$/)), "build.rs"].map(read).join("\n");
direct(
  [...new Set(own.dependencies.map((dependency) => dependency.name))],
  "crate",
  rust,
  (name, text) => LINKED.has(name) || new RegExp(`(?<![\\w.:])${name.replaceAll("-", "_")}(::|!|;)`).test(text),
);

// The pages.
const lock = JSON.parse(read("web/package-lock.json"));
for (const [path, about] of Object.entries(lock.packages)) {
  if (path === "") continue;
  const name = path.replace(/^.*node_modules\//, "");
  // Where the lock file names no address, npm takes the package from its registry.
  if (about.link || (about.resolved && !about.resolved.startsWith("https://registry.npmjs.org/")))
    fault(`${name} ${about.version} comes from ${about.resolved}`);
  const excepted = NOT_SHIPPED.some(([pattern, licence]) => pattern.test(name) && about.license === licence);
  if (!excepted && !permissive(about.license ?? "")) fault(`${name} ${about.version} has the licence “${about.license}”`);
}
const pages = [
  ...files("web/src", /\.(ts|tsx|css|mjs)$/),
  ...files("web/tests", /\.(ts|mjs)$/),
  ...readdirSync(join(root, "web"))
    .filter((name) => /\.(ts|json|html)$/.test(name) && !name.startsWith("package"))
    .map((name) => `web/${name}`),
]
  .filter((path) => existsSync(join(root, path)))
  .map(read)
  .join("\n");
const wanted = JSON.parse(read("web/package.json"));
direct(
  Object.keys({ ...wanted.dependencies, ...wanted.devDependencies }),
  "npm package",
  pages,
  (name, text) =>
    PROGRAMS.has(name) || text.includes(`"${name}`) || (name.startsWith("@types/") && text.includes(`"${name.slice(7)}"`)),
);

if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log(`${metadata.packages.length - 1} crates and ${Object.keys(lock.packages).length - 1} npm packages: licences, sources, versions and reasons are in order`);
