import react from "@vitejs/plugin-react";
import license from "rollup-plugin-license";
import { defineConfig } from "vite";

const server = process.env.SANDBOX_URL ?? "http://127.0.0.1:4500";

// The build is committed, so it has to come out the same on every machine: no dates, no paths,
// hashes of content only.
export default defineConfig({
  base: "/",
  plugins: [react()],
  build: {
    outDir: "../slack_sandbox/static",
    emptyOutDir: true,
    target: "es2022",
    sourcemap: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      plugins: [
        license({
          sourcemap: false,
          thirdParty: { output: { file: "../slack_sandbox/static/THIRD_PARTY_LICENSES", encoding: "utf-8" } },
        }),
      ],
    },
  },
  server: {
    proxy: {
      "/sandbox": { target: server, ws: true },
      "/files": server,
    },
  },
});
