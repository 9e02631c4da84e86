// Where the built entries of child processes and threads stand; the test run builds them first.

/** @returns the file URL of `dist/<name>.js`. */
export function distEntry(name: "pglite-thread" | "pdf-child" | "pdf-worker" | "password-thread"): URL {
  return new URL(`../../dist/${name}.js`, import.meta.url);
}
