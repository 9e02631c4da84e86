// Readers of an answer whose network cuts them off: over raw HTTP at a byte of their choice, or through a proxy at any.
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { ChatEvent } from "@pagewise/sdk";

export interface Place {
  url: string;
  token: string;
}

export interface Read {
  /** Those that came whole. */
  events: ChatEvent[];
  /** Bytes of the body that came. */
  bytes: number;
  /** Whether `done` or `error` was among them. */
  ended: boolean;
}

/** Reads a stream, and destroys its socket once `cutAt` bytes of the body have come. */
export async function readOnce(
  { url, token }: Place,
  path: string,
  { after = 0, cutAt = Number.POSITIVE_INFINITY, body }: { after?: number; cutAt?: number; body?: object } = {},
): Promise<Read> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(after > 0 && { "last-event-id": String(after) }),
    ...(body && { "content-type": "application/json" }),
  };
  const asked = request(url + path, { method: body ? "POST" : "GET", headers, agent: false });
  asked.on("error", () => {});
  asked.end(body && JSON.stringify(body));
  const response = (await Promise.race([once(asked, "response"), once(asked, "close")]))[0] as IncomingMessage;
  // Busy for the moment: as good as a cut.
  if (response?.statusCode === 503) {
    response.resume();
    await sleep(200);
    return { events: [], bytes: 0, ended: false };
  }
  if (response?.statusCode !== 200) throw new Error(`${path} answered ${response?.statusCode ?? "nothing"}`);
  response.on("error", () => {});
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    if (cutAt > 0)
      for await (const chunk of response as AsyncIterable<Buffer>) {
        chunks.push(chunk.subarray(0, cutAt - bytes));
        bytes += chunk.length;
        if (bytes >= cutAt) break;
      }
  } catch {
    // The server, or somebody on the way, has cut it.
  }
  asked.destroy();
  const events = eventsIn(Buffer.concat(chunks));
  return { events, bytes, ended: events.some(({ event }) => event === "done" || event === "error") };
}

function eventsIn(bytes: Buffer): ChatEvent[] {
  const frames = bytes
    .subarray(0, bytes.lastIndexOf("\n\n") + 2)
    .toString("utf8")
    .split("\n\n");
  return frames.flatMap((frame) => {
    const [, id, event, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(frame) ?? [];
    return id && data ? [{ id: Number(id), event, data: JSON.parse(data) } as ChatEvent] : [];
  });
}

/** Shared by all readers of a test. */
export interface Cuts {
  seen: number;
  /** After as many the readers are left alone. */
  wanted: number;
}

/** Each reader's addresses are signed afresh, and a stored answer's fields come in the database's order. */
function unsigned(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data ?? null), (key, value) => (key === "page_image_url" ? null : value));
}

/**
 * Reads an answer to its end, cut off again and again: resumed at once or late, at any of the places, now and then by
 * two at the same time. Throws where an event is missing, comes twice or differs between the two. @returns the text
 */
export async function readThroughCuts(
  places: Place[],
  id: string,
  { random, cuts }: { random: () => number; cuts: Cuts },
): Promise<string> {
  const events: ChatEvent[] = [];
  // The first events are longer than the others: a reader that gets nowhere is cut off later.
  let reach = 500;
  for (;;) {
    const readers = random() < 0.1 ? 2 : 1;
    const reads = await Promise.all(
      Array.from({ length: readers }, () => {
        const place = places[Math.floor(random() * places.length)] as Place;
        const cutAt = cuts.seen < cuts.wanted ? Math.floor(random() * reach) : Number.POSITIVE_INFINITY;
        return readOnce(place, `/chat/${id}/stream`, { after: events.length, cutAt });
      }),
    );
    cuts.seen += reads.filter(({ ended }) => !ended).length;
    const [most, other] = reads.sort((one, two) => two.events.length - one.events.length).map((read) => read.events);
    for (const [index, event] of (other ?? []).entries()) {
      if (!isDeepStrictEqual(unsigned(event.data), unsigned(most?.[index]?.data)))
        throw new Error(`two readers differ in ${event.id}`);
    }
    reach = most?.length ? 500 : reach * 2;
    for (const event of most ?? []) {
      if (event.id !== events.length + 1) throw new Error(`${event.id} came after ${events.length}`);
      events.push(event);
    }
    const last = events.at(-1);
    if (last?.event === "done" || last?.event === "error") return textOf(events);
    if (random() < 0.2) await sleep(random() * 500);
  }
}

export function textOf(events: ChatEvent[]): string {
  return events.map((event) => (event.event === "delta" ? event.data.text : "")).join("");
}

export interface Network {
  url: string;
  cuts(): number;
  close(): void;
}

/**
 * A proxy before one or several servers, each connection to the next of them.
 * @param options.cutAfter bytes towards the reader after which a connection is cut
 * @param options.bytesPerWrite how many travel at once
 */
export async function startNetwork(
  urls: string[],
  { cutAfter, bytesPerWrite }: { cutAfter?: () => number; bytesPerWrite?: number },
): Promise<Network> {
  let connections = 0;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server = createServer((reader) => {
    const { hostname, port } = new URL(urls[connections++ % urls.length] ?? "");
    const upstream = connect(Number(port), hostname);
    let left = cutAfter?.() ?? Number.POSITIVE_INFINITY;
    for (const [socket, other] of [
      [reader, upstream],
      [upstream, reader],
    ] as const) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    reader.on("data", (chunk) => upstream.write(chunk));
    const forward = async () => {
      for await (const chunk of upstream as AsyncIterable<Buffer>) {
        const passed = chunk.subarray(0, left);
        left -= passed.length;
        for (let at = 0; at < passed.length; at += bytesPerWrite ?? passed.length) {
          reader.write(passed.subarray(at, at + (bytesPerWrite ?? passed.length)));
          if (bytesPerWrite) await new Promise((sent) => setImmediate(sent));
        }
        if (left > 0) continue;
        cuts++;
        // What was written arrives; then the connection is gone.
        reader.end(() => reader.destroy());
        return;
      }
    };
    forward().catch(() => {});
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
