import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

/** `npx vite --config web/vite.config.ts` develops against a running level: `LEVEL_URL`, else the first of `npm start`. */
const levelUrl = process.env["LEVEL_URL"] ?? "http://127.0.0.1:4100";

export default defineConfig({
  root,
  plugins: [react(), tailwindcss()],
  server: { proxy: { "/v1": levelUrl, "/health": levelUrl, "/ready": levelUrl } },
  build: { outDir: `${root}dist`, emptyOutDir: true, target: "es2023", chunkSizeWarningLimit: 700 },
});
