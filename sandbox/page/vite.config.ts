import react from "@vitejs/plugin-react";
import license from "rollup-plugin-license";
import { appendFileSync, readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const server = process.env.SANDBOX_URL ?? "http://127.0.0.1:4500";

const LICENSES = "../slack_sandbox/static/THIRD_PARTY_LICENSES";

/** The licences of what comes in through style sheets, which the licence plugin does not see. */
function fontLicence(): Plugin {
  return {
    name: "font-licence",
    apply: "build",
    closeBundle() {
      const text = readFileSync("node_modules/twemoji-colr-font/LICENSE", "utf-8");
      const about = "Name: twemoji-colr-font\nVersion: 15.0.3\nThe pictures are Twemoji, CC-BY 4.0, https://github.com/mozilla/twemoji-colr\nLicense Text:\n===\n\n";
      appendFileSync(LICENSES, `\n\n---\n\n${about}${text}`);
    },
  };
}

// The build is committed, so it has to come out the same on every machine: no dates, no paths,
// hashes of content only.
export default defineConfig({
  base: "/",
  plugins: [react(), fontLicence()],
  build: {
    outDir: "../slack_sandbox/static",
    emptyOutDir: true,
    target: "es2022",
    sourcemap: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      plugins: [
        license({
          sourcemap: false,
          thirdParty: { output: { file: LICENSES, encoding: "utf-8" } },
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
