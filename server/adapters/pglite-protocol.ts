// PostgreSQL's wire protocol, as far as an embedded server needs it: cutting what a driver writes into whole calls.

/** A call to make, or what the server says to a request to encrypt. */
export type Batch = { type: "messages"; bytes: Uint8Array<ArrayBuffer> } | { type: "refuse" };

const codes = { ssl: 80877103, gss: 80877104 };

/**
 * Cuts what the driver writes into calls: messages are gathered up to a Query, Sync or Flush, so that PGlite sees an
 * extended query as a whole. Terminate is left out: it would end PGlite, not the connection.
 */
export function createBatchReader(): (chunk: Buffer) => Batch[] {
  const readMessages = createMessageReader();
  let batch: Buffer[] = [];
  return (chunk) =>
    readMessages(chunk).flatMap(({ type, message }): Batch[] => {
      if (type === "X") return [];
      if (type === null) {
        const code = message.readUInt32BE(4);
        if (code === codes.ssl || code === codes.gss) return [{ type: "refuse" }];
        return [{ type: "messages", bytes: join([message]) }];
      }
      batch.push(message);
      if (type !== "Q" && type !== "S" && type !== "H") return [];
      const bytes = join(batch);
      batch = [];
      return [{ type: "messages", bytes }];
    });
}

interface WireMessage {
  /** null: a connection's first words, which have no type. */
  type: string | null;
  message: Buffer;
}

function createMessageReader(): (chunk: Buffer) => WireMessage[] {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let neededBytes = 0;
  let isStarted = false;
  return (chunk) => {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    // Joined only once a whole message is there: joining at every chunk is quadratic for large values.
    if (waitingBytes < neededBytes) return [];
    const buffer = waiting.length === 1 ? chunk : Buffer.concat(waiting, waitingBytes);
    const messages: WireMessage[] = [];
    let offset = 0;
    for (;;) {
      const left = buffer.length - offset;
      const typeBytes = isStarted ? 1 : 0;
      const length = left < 5 ? 5 : typeBytes + buffer.readUInt32BE(offset + typeBytes);
      if (left < length) {
        waiting = left ? [buffer.subarray(offset)] : [];
        waitingBytes = left;
        neededBytes = length;
        return messages;
      }
      const message = buffer.subarray(offset, offset + length);
      messages.push({ type: isStarted ? String.fromCharCode(message[0] ?? 0) : null, message });
      offset += length;
      isStarted ||= ![codes.ssl, codes.gss].includes(message.readUInt32BE(4));
    }
  };
}

/** A simple query. */
export function queryMessage(sql: string): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(`${sql}\0`);
  const head = Buffer.alloc(5);
  head.write("Q");
  head.writeUInt32BE(4 + text.length, 1);
  return join([head, text]);
}

/** The end of an extended query, also of one that failed half-way. */
export function syncMessage(): Uint8Array<ArrayBuffer> {
  return new Uint8Array([0x53, 0, 0, 0, 4]);
}

/** In memory of its own, which can be handed to a thread. */
export function join(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
