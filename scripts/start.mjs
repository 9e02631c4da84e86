// `npm start`: builds what is not built, then runs the product in this process.
import { buildIfStale, root } from "./build.mjs";

const parent = process.ppid;

await buildIfStale();
await import(new URL(`file://${root}/dist/main.js`).href);

// npm's shell ends with npm and passes no signal on: whoever stopped npm meant this process.
if (process.env.npm_lifecycle_event) {
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, 500).unref();
}
