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
  plugins: [managePages, coveragePage],
  server: {
    proxy: Object.fromEntries(
      [...SERVED, "^/coverage[?]"].map((path) => [path, process.env.MACHINAKA_BASE ?? "http://127.0.0.1:8080"]),
    ),
  },
  build: {
    target: "es2022",
    // Three pages: the map for everybody, coverage for planners, the municipalities' for those who sign in.
    rolldownOptions: { input: ["index.html", "coverage.html", "manage.html"] },
    // Inlined assets would be data: URLs, which the server's script and style policy refuses.
    assetsInlineLimit: 0,
    // Every browser that can draw the map knows modulepreload.
    modulePreload: { polyfill: false },
    // The map library alone is larger than Vite's default; it is loaded after the list.
    chunkSizeWarningLimit: 1300,
  },
});
