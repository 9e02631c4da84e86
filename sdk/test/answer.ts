// An answer on the wire: its events, its bytes, and a server that sends it and cuts it where the test says.
import type { ChatEvent } from "../contract.ts";
import type { Exchange } from "./server.ts";

const citation = {
  index: 1,
  document_id: "d1",
  filename: "a.pdf",
  title: "A",
  page: 3,
  quote: "naïve – 漢字 😀",
  rects: [[0.1, 0.2, 0.3, 0.4] as [number, number, number, number]],
  page_image_url: "/documents/d1/pages/3?sig=x",
};

export const done: ChatEvent & { event: "done" } = {
  id: 7,
  event: "done",
  data: {
    finish_reason: "stop",
    confidence: 0.9,
    cited: [1],
    unsupported: [],
    model: "test",
    usage: { prompt_tokens: 1, completion_tokens: 2 },
  },
};

export const events: ChatEvent[] = [
  { id: 1, event: "start", data: { conversation_id: "c1", message_id: "m1", user_message_id: "u1" } },
  { id: 2, event: "citations", data: { citations: [citation] } },
  { id: 3, event: "delta", data: { text: "Größe – " } },
  { id: 4, event: "delta", data: { text: "漢字\n" } },
  { id: 5, event: "delta", data: { text: "😀👩‍👩‍👧" } },
  { id: 6, event: "delta", data: { text: " [1]." } },
  done,
];

export const text = "Größe – 漢字\n😀👩‍👩‍👧 [1].";

export const problemEvent: ChatEvent & { event: "error" } = {
  id: 5,
  event: "error",
  data: {
    type: "/problems/model-failed",
    title: "The language model could not answer",
    status: 502,
    detail: "Try again.",
    code: "model-failed",
    request_id: "r9",
    text_length: 8,
  },
};

export function frame({ id, event, data }: { id: number; event: string; data: unknown }): string {
  return `: ping\n\nid: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function wireBytes(list: { id: number; event: string; data: unknown }[]): Buffer {
  return Buffer.from(list.map(frame).join(""));
}

/**
 * Answers POST /chat with the first `cutAt` bytes of the answer and cuts when `seen` says that the reader has its start
 * (a connection that breaks takes unread bytes along); a resumed stream gives what stands after Last-Event-ID whole.
 */
export function cutOnce(cutAt: number, seen: Promise<void>): (exchange: Exchange) => void {
  return ({ request, response, beginEvents, cut, line }) => {
    beginEvents();
    if (line.startsWith("POST")) {
      response.write(wireBytes(events).subarray(0, cutAt));
      return void seen.then(cut);
    }
    const after = Number(request.headers["last-event-id"] ?? 0);
    response.end(wireBytes(events.filter((event) => event.id > after)));
  };
}
