// `npm start`: builds what is not built, then runs the product in this process.
import { buildIfStale, root } from "./build.mjs";

await buildIfStale();
await import(new URL(`file://${root}/dist/main.js`).href);
