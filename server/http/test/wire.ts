// Reads the server-sent events of an answer as they stand on the wire.
import type { ChatEvent } from "@pagewise/sdk";

/** Yields each event as it comes, with its number; comments are passed over. */
export async function* eventsOf(response: Response): AsyncGenerator<ChatEvent> {
  if (!response.body) return;
  let held = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    held += text;
    const frames = held.split("\n\n");
    held = frames.pop() ?? "";
    for (const frame of frames) {
      const fields = new Map(
        frame.split("\n").map((line) => [line.split(": ", 1)[0], line.slice(line.indexOf(": ") + 2)]),
      );
      if (!fields.has("event")) continue;
      yield {
        id: Number(fields.get("id")),
        event: fields.get("event"),
        data: JSON.parse(fields.get("data") ?? "null"),
      } as ChatEvent;
    }
  }
}

export async function allEvents(response: Response): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of eventsOf(response)) events.push(event);
  return events;
}

export function textOf(events: ChatEvent[]): string {
  return events.map((event) => (event.event === "delta" ? event.data.text : "")).join("");
}
