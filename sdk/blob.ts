// A call that answers with bytes: the picture of a page.
import { createDeadline } from "./deadline.ts";
import { apiErrorFrom } from "./errors.ts";
import { type Call, type CallOptions, send, type Wire, waitToRetry } from "./request.ts";
import type { Session } from "./session.ts";

/** Only for GET: tried again where it failed in passing. @throws ApiError | ConnectionError */
export async function requestBlob(wire: Wire, session: Session, call: Call, options: CallOptions = {}): Promise<Blob> {
  const deadline = createDeadline(options.signal, options.timeoutMs ?? wire.timeoutMs);
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await session.authorized((token) => send(wire, call, token, deadline), deadline.signal);
        if (!response.ok) throw await apiErrorFrom(response);
        return await response.blob().catch((error: unknown) => {
          throw deadline.blame(error);
        });
      } catch (error) {
        if (attempt >= wire.maxRetries) throw error;
        await waitToRetry(error, attempt, wire, deadline);
      }
    }
  } finally {
    deadline.close();
  }
}
