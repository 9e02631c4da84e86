// Reads many streams in a process of its own, for little: every byte is taken, and of every eighth stream each word that
// bears the time of its writing is compared with the time of its coming.
import { connect } from "node:net";

const sampleEvery = 8;
const connectAtOnce = 50;
const sockets = [];
const buffer = Buffer.alloc(64 * 1024);
let delaysMs = [];
let sinceUs = 0;
let cut = 0;

const nowUs = () => Number(process.hrtime.bigint() / 1000n);

function take(bytes, length) {
  const text = bytes.latin1Slice(0, length);
  const us = nowUs();
  // A time that is cut by the end of the read is left out.
  for (const [, stamp] of text.matchAll(/@([0-9a-z]+)(?=[" ])/g)) {
    const writtenUs = Number.parseInt(stamp, 36);
    if (writtenUs >= sinceUs) delaysMs.push((us - writtenUs) / 1000);
  }
  return true;
}

const skip = () => true;

function open({ hostname, port }, request) {
  return new Promise((resolve, reject) => {
    const sampled = sockets.length % sampleEvery === 0;
    let begun = false;
    const callback = (length, bytes) => {
      if (!begun) {
        begun = true;
        const head = bytes.latin1Slice(0, Math.min(length, 16));
        if (head.startsWith("HTTP/1.1 200")) resolve();
        else reject(new Error(`a stream answered ${bytes.latin1Slice(0, length)}`));
      }
      return sampled ? take(bytes, length) : skip();
    };
    const socket = connect({ host: hostname, port: Number(port), noDelay: true, onread: { buffer, callback } });
    sockets.push(socket);
    socket.on("connect", () => socket.write(Buffer.from(request, "latin1")));
    socket.on("error", reject);
    socket.on("close", () => cut++);
  });
}

const answers = {
  /** Opens streams until there are so many, one request after the other and again from the first. */
  async open({ url, requests, count }) {
    const address = new URL(url);
    while (sockets.length < count) {
      const more = Math.min(connectAtOnce, count - sockets.length);
      const from = sockets.length;
      await Promise.all(Array.from({ length: more }, (_, i) => open(address, requests[(from + i) % requests.length])));
    }
  },
  /** Listens for so long. */
  async listen({ ms }) {
    const { user, system } = process.cpuUsage();
    delaysMs = [];
    sinceUs = nowUs();
    const begun = performance.now();
    await new Promise((resolve) => setTimeout(resolve, ms));
    const used = process.cpuUsage({ user, system });
    const sorted = delaysMs.sort((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];
    const cpu = (used.user + used.system) / 1000 / (performance.now() - begun);
    return { heard: sorted.length, p50: at(0.5), p99: at(0.99), cpu, cut };
  },
};

process.on("message", async ({ type, ...what }) => {
  const answer = await answers[type](what).catch((error) => ({ error: error.message }));
  process.send({ type, ...answer });
});
process.send("ready");
process.once("disconnect", () => process.exit());
