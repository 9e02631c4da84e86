// HTTP/1.1 over plain sockets, for load generators: a client that costs little beside the server that it measures.
import { connect } from "node:net";

/**
 * Keeps this process from sleeping until it is told to stop. To wake a sleeping reader is charged to whoever writes, and
 * in virtual machines costs more than the write: the quicker server, which keeps its reader busy, would not pay it.
 */
export function stayAwake() {
  let awake = true;
  const turn = () => awake && setImmediate(turn);
  turn();
  return () => {
    awake = false;
  };
}

/** @returns a request as it stands on the wire. */
export function requestBytes(url, { method = "GET", path, headers = {}, body = "" }) {
  const all = { Host: new URL(url).host, ...headers, ...(body && { "Content-Length": Buffer.byteLength(body) }) };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join("")}\r\n${body}`);
}

/**
 * Reads a stream of events until a text comes.
 * @param options.until the text that ends it.
 * @param options.onStart given what has come as soon as the first event is whole.
 * @returns milliseconds until the first bytes, and all that came.
 */
export function readStream(url, request, { until, onStart }) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let all = "";
    let headersMs = null;
    let tell = onStart;
    socket.setEncoding("latin1");
    socket.on("connect", () => socket.write(request));
    socket.on("data", (text) => {
      if (headersMs === null) {
        headersMs = performance.now() - begun;
        if (!text.startsWith("HTTP/1.1 200")) return socket.destroy(new Error(text));
      }
      const from = Math.max(0, all.length - until.length);
      all += text;
      if (tell && /event: start\n.*\n\n/.test(all)) {
        tell(all);
        tell = undefined;
      }
      if (!all.includes(until, from)) return;
      socket.destroy();
      resolve({ headersMs, text: all });
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`the stream ended without ${until}: ${all.slice(-300)}`)));
  });
}

/** Sends a request that closes its connection. Rejects unless it is answered well. */
export function sendOnce(url, request) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let answer = "";
    socket.setEncoding("latin1");
    socket.on("connect", () => socket.write(request));
    socket.on("data", (text) => {
      answer += text;
    });
    socket.on("error", reject);
    socket.on("close", () => (/^HTTP\/1\.1 2/.test(answer) ? resolve() : reject(new Error(answer))));
  });
}

/** Sends one request again and again over kept connections. @returns requests answered until `ms` have passed. */
export async function hammer(url, request, { connections, ms }) {
  const { hostname, port } = new URL(url);
  const until = performance.now() + ms;
  let answered = 0;
  const one = () =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      let held = "";
      socket.setEncoding("latin1");
      socket.on("connect", () => socket.write(request));
      socket.on("data", (text) => {
        held += text;
        const head = held.indexOf("\r\n\r\n");
        if (head < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(held)?.[1] ?? 0);
        if (held.length < head + 4 + length) return;
        if (!held.startsWith("HTTP/1.1 200")) return socket.destroy(new Error(held));
        held = "";
        answered++;
        if (performance.now() < until) return socket.write(request);
        socket.destroy();
        resolve();
      });
      socket.on("error", reject);
    });
  await Promise.all(Array.from({ length: connections }, one));
  return answered;
}
