// How the tests run: sources straight from the workspaces, one Node process a file, real parts.
import { defineConfig } from "vitest/config";

// "import" and "module" must stay out: the test processes get these as Node's own, and then `require` would find ESM.
const conditions = ["@pagewise/source", "node"];

export default defineConfig({
  resolve: { conditions: [...conditions, "module"] },
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
