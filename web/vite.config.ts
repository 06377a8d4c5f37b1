import { defineConfig } from "vite";

export default defineConfig({
  // The dev server passes everything it does not build to a running `machinaka serve`.
  server: {
    proxy: Object.fromEntries(
      ["/collections", "/basemap", "/places", "/vocabularies", "/credits", "/config.json"].map((path) => [
        path,
        process.env.MACHINAKA_BASE ?? "http://127.0.0.1:8080",
      ]),
    ),
  },
  build: {
    target: "es2022",
    // Inlined assets would be data: URLs, which the server's script and style policy refuses.
    assetsInlineLimit: 0,
    // Every browser that can draw the map knows modulepreload.
    modulePreload: { polyfill: false },
    // The map library alone is larger than Vite's default; it is loaded after the list.
    chunkSizeWarningLimit: 1300,
  },
});
