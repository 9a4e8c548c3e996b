import react from "@vitejs/plugin-react";
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
    chunkSizeWarningLimit: 2500,
    license: { fileName: "THIRD_PARTY_LICENSES" },
  },
  server: {
    proxy: {
      "/sandbox": { target: server, ws: true },
      "/files": server,
    },
  },
});
