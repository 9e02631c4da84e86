// Loaded before a program by `node --import`: tells its parent, when asked, how late its event loop ran since it was last asked.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

// The program's own threads load this too.
if (isMainThread && process.send) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const ms = (ns) => ns / 1e6;
  delay.enable();
  process.on("message", (message) => {
    if (message !== "delay") return;
    process.send({ type: "delay", p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) });
    delay.reset();
  });
  // The channel alone keeps no program alive that has ended otherwise.
  process.channel?.unref();
}
