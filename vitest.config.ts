// How the tests run: sources straight from the workspaces, one Node process a file, real parts.
import { defineConfig } from "vitest/config";

const conditions = ["@pagewise/source", "module", "node", "import", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    globalSetup: ["scripts/test-setup.mjs"],
    include: ["**/test/**/*.test.ts", "**/test/**/*.test.tsx", "e2e/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
