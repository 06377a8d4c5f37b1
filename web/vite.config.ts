import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

/** What the dev server passes on to a running `machinaka serve`, because it does not build it. */
const SERVED = [
  "/collections",
  "/basemap",
  "/places",
  "/vocabularies",
  "/credits",
  "/config.json",
  "/session",
  "/users",
  "/tokens",
  "/submissions",
  "/changes",
];

/** As the server does: every address below /manage is the one page of manage.html. */
const managePages: Plugin = {
  name: "manage-pages",
  configureServer(server) {
    server.middlewares.use((request, _, next) => {
      if (/^\/manage(\/|\?|$)/.test(request.url ?? "")) request.url = "/manage.html";
      next();
    });
  },
};

/** As the server does: /embed is the page of embed.html. */
const embedPage: Plugin = {
  name: "embed-page",
  configureServer(server) {
    server.middlewares.use((request, _, next) => {
      if (/^\/embed(\?|$)/.test(request.url ?? "")) request.url = request.url!.replace("/embed", "/embed.html");
      next();
    });
  },
};

/** The shipped municipalities' names in Latin letters: what English pages need of 3 MB of boundaries. */
const municipalityNames: Plugin = {
  name: "municipality-names",
  resolveId: (id) => (id === "virtual:municipalities" ? `\0${id}` : null),
  load(id) {
    if (id !== "\0virtual:municipalities") return null;
    const shipped = readFileSync(new URL("../geodata/municipalities.geojson", import.meta.url), "utf8");
    const { features } = JSON.parse(shipped) as { features: { properties: { code: string; name_romaji: string } }[] };
    const names = features.map(({ properties: { code, name_romaji } }) => [code, name_romaji]);
    return `export default ${JSON.stringify(Object.fromEntries(names))}`;
  },
};

/** Tells the service worker which files the map's page is made of, all it may load later included. */
const pageFiles: Plugin = {
  name: "page-files",
  generateBundle(_, bundle) {
    const files = new Set<string>();
    const collect = (name: string) => {
      const chunk = bundle[name];
      if (files.has(name) || !chunk) return;
      files.add(name);
      if (chunk.type !== "chunk") return;
      for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(css);
      for (const asset of chunk.viteMetadata?.importedAssets ?? []) files.add(asset);
      for (const other of [...chunk.imports, ...chunk.dynamicImports]) collect(other);
    };
    for (const [name, chunk] of Object.entries(bundle)) {
      if (chunk.type === "chunk" && chunk.facadeModuleId?.endsWith("/index.html")) collect(name);
      // The map's worker is named only in the text of the map.
      if (/maplibre-gl-worker/.test(name)) files.add(name);
    }
    const list = [...files].filter((name) => !name.endsWith(".map")).sort().map((name) => `/${name}`);
    const version = createHash("sha256").update(list.join()).digest("hex").slice(0, 12);
    const worker = bundle["sw.js"];
    if (worker?.type !== "chunk") return;
    worker.code = worker.code.replaceAll("__PAGE_FILES__", JSON.stringify(list)).replaceAll("__PAGE_VERSION__", JSON.stringify(version));
  },
};

/** As the server does: /coverage is a page, and with f=json its figures. */
const coveragePage: Plugin = {
  name: "coverage-page",
  configureServer(server) {
    server.middlewares.use((request, _, next) => {
      if (/^\/coverage(\?|$)/.test(request.url ?? "") && !/[?&]f=json(&|$)/.test(request.url ?? "")) {
        request.url = "/coverage.html";
      }
      next();
    });
  },
};

export default defineConfig({
  plugins: [municipalityNames, managePages, coveragePage, embedPage, pageFiles],
  server: {
    proxy: Object.fromEntries(
      [...SERVED, "^/coverage[?]"].map((path) => [path, process.env.MACHINAKA_BASE ?? "http://127.0.0.1:8080"]),
    ),
  },
  build: {
    target: "es2022",
    // The map for everybody and its frame for other sites, coverage for planners, the municipalities' for
    // those who sign in; and the worker, which browsers ask for by its own name.
    rolldownOptions: {
      input: {
        index: "index.html",
        embed: "embed.html",
        coverage: "coverage.html",
        manage: "manage.html",
        sw: "src/worker/sw.ts",
      },
      output: { entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js") },
    },
    // Inlined assets would be data: URLs, which the server's script and style policy refuses.
    assetsInlineLimit: 0,
    // Every browser that can draw the map knows modulepreload.
    modulePreload: { polyfill: false },
    // The map library alone is larger than Vite's default; it is loaded after the list.
    chunkSizeWarningLimit: 1300,
  },
});
