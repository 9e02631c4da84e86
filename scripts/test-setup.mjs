// Runs once before all tests: builds the entries of threads and child processes, which run outside the test runner.
import { buildBeside } from "./build.mjs";

export async function setup() {
  await buildBeside();
}
