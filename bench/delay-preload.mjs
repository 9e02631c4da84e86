// Loaded before a program by `node --import`: tells its parent, when asked, how late its event loop ran since it was last asked.
import { monitorEventLoopDelay } from "node:perf_hooks";

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on("message", (message) => {
  if (message !== "delay") return;
  const ms = (ns) => ns / 1e6;
  process.send({
    type: "delay",
    p50: ms(delay.percentile(50)),
    p99: ms(delay.percentile(99)),
    max: ms(delay.max),
    rss: process.memoryUsage.rss(),
  });
  delay.reset();
});
// The channel alone keeps no program alive that has ended otherwise.
process.channel?.unref();
