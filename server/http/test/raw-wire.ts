// HTTP as bytes, for requests that no client would send: connections are kept, answers are read, nothing is corrected.
import { connect, type Socket } from "node:net";

export interface RawRequest {
  /** Request line and header lines, without the empty line at the end. */
  head: string;
  body?: Buffer | null;
  /** Leaves after so many bytes of the body; no answer is waited for. */
  cutAfter?: number | null;
  /** On a connection of its own: what follows its bytes may be taken for another request. */
  alone?: boolean;
}

export interface RawAnswer {
  status: number;
  headers: Map<string, string>;
  /** Of a stream of events only what came at first. */
  body: Buffer;
}

export interface RawWire {
  /** @returns null where the sender left, or the server closed without a word. Throws where it says nothing for long. */
  send(request: RawRequest): Promise<RawAnswer | null>;
  close(): void;
}

const hangMs = 60_000;
/** So long a stream of events is listened to before its reader leaves. */
const listenMs = 20;

export function createRawWire(port: number): RawWire {
  const idle: Socket[] = [];
  const open = () => {
    const socket = connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    socket.on("error", () => {});
    return socket;
  };
  const take = () => {
    for (let socket = idle.pop(); socket; socket = idle.pop()) if (!socket.destroyed) return socket;
    return open();
  };

  return {
    async send({ head, body, cutAfter, alone }) {
      const isKept = !alone && typeof cutAfter !== "number";
      // The server may close a kept connection at the moment when it is taken: that is asked once more.
      for (;;) {
        const fresh = !isKept || idle.length === 0;
        const socket = fresh ? open() : take();
        const bytes = Buffer.concat([Buffer.from(`${head}\r\n\r\n`, "latin1"), body ?? Buffer.alloc(0)]);
        if (typeof cutAfter === "number") return leave(socket, bytes.subarray(0, head.length + 4 + cutAfter));
        const answer = await exchange(socket, bytes, /^HEAD /.test(head));
        if (answer === null && !fresh) continue;
        if (answer?.reusable && isKept) idle.push(socket);
        else socket.destroy();
        return answer;
      }
    },
    close() {
      for (const socket of idle) socket.destroy();
    },
  };
}

function leave(socket: Socket, bytes: Buffer): Promise<null> {
  return new Promise((done) => {
    socket.once("close", () => done(null));
    socket.write(bytes, () => socket.destroy());
  });
}

function exchange(socket: Socket, bytes: Buffer, isHead: boolean): Promise<(RawAnswer & { reusable: boolean }) | null> {
  return new Promise((resolve, reject) => {
    let held: Buffer = Buffer.alloc(0);
    let listening: NodeJS.Timeout | undefined;
    const late = setTimeout(
      () => finish(new Error(`no answer in ${hangMs} ms to ${bytes.toString("latin1", 0, 400)}`)),
      hangMs,
    );
    const finish = (end: Error | (RawAnswer & { reusable: boolean }) | null) => {
      clearTimeout(late);
      clearTimeout(listening);
      socket.off("data", read);
      socket.off("close", closed);
      if (end instanceof Error) {
        socket.destroy();
        reject(end);
      } else resolve(end);
    };
    const read = (part: Buffer) => {
      held = held.length ? Buffer.concat([held, part]) : part;
      const answer = parseAnswer(held, { isHead, isOver: false });
      if (answer?.whole) finish({ ...answer, reusable: answer.headers.get("connection") !== "close" });
      else if (answer?.headers.get("content-type")?.startsWith("text/event-stream"))
        listening ??= setTimeout(() => finish({ ...answer, reusable: false }), listenMs);
    };
    const closed = () => {
      const answer = parseAnswer(held, { isHead, isOver: true });
      finish(answer ? { ...answer, reusable: false } : null);
    };
    socket.on("data", read);
    socket.once("close", closed);
    if (socket.destroyed) closed();
    else socket.write(bytes);
  });
}

function parseAnswer(held: Buffer, { isHead, isOver }: { isHead: boolean; isOver: boolean }) {
  const headEnd = held.indexOf("\r\n\r\n");
  if (headEnd < 0) return null;
  const [line = "", ...lines] = held.toString("latin1", 0, headEnd).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1]);
  const rest = held.subarray(headEnd + 4);
  // "Go on": the answer itself follows.
  if (status >= 100 && status < 200) return parseAnswer(rest, { isHead, isOver });
  const headers = new Map(
    lines.map((one) => {
      const colon = one.indexOf(":");
      return [one.slice(0, colon).toLowerCase(), one.slice(colon + 1).trim()] as const;
    }),
  );
  const bodiless = isHead || status === 204 || status === 304;
  const length = headers.get("content-length");
  if (bodiless) return { status, headers, body: Buffer.alloc(0), whole: true };
  if (headers.get("transfer-encoding") === "chunked") return { status, headers, ...unchunk(rest) };
  const whole = length === undefined ? isOver : rest.length >= Number(length);
  return { status, headers, body: rest, whole };
}

function unchunk(bytes: Buffer): { body: Buffer; whole: boolean } {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const size = lineEnd < 0 ? Number.NaN : Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    if (size === 0) return { body: Buffer.concat(parts), whole: bytes.length >= lineEnd + 4 };
    if (Number.isNaN(size) || bytes.length < lineEnd + 2 + size) return { body: Buffer.concat(parts), whole: false };
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 4 + size;
  }
}
