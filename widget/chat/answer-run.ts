// The one answer that is being read at a time: follows its stream to the end, and stops it on the server.
import type { AnswerOptions, AnswerStream, Client } from "@pagewise/sdk";
import type { Id } from "@pagewise/sdk/contract";
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { AnswerModel } from "./answer-model.ts";
import { faultOf } from "./chat-problems.ts";

/** For assistive technology: what became of the answer. */
export type Said = "nothing" | "answering" | "ready" | "doubtful" | "stopped" | "failed";

export interface RunDeps {
  client: Pick<Client, "chat">;
  onStart(conversationId: Id): void;
  onStopFailed(): void;
}

/** Opens the stream that is followed. */
export type OpenAnswer = (options: Pick<AnswerOptions, "signal" | "onConnection">) => AnswerStream;

export interface AnswerRun {
  /** The answer that is being read; null: none. */
  answer: ReadonlySignal<AnswerModel | null>;
  said: ReadonlySignal<Said>;
  /**
   * Reads one answer; whatever happens ends in its signals.
   * @returns whether it began: false where nothing of it exists on the server, as far as is known.
   */
  follow(answer: AnswerModel, open: OpenAnswer): Promise<boolean>;
  stop(): void;
  /** Closes the connection; the answer goes on being written. */
  leave(): void;
}

/** How long the end of a stopped answer is waited for before it is ended here, in milliseconds. */
const stopPatienceMs = 3_000;

interface Run {
  answer: AnswerModel;
  abort: AbortController;
  wantsStop: boolean;
}

export function createAnswerRun({ client, onStart, onStopFailed }: RunDeps): AnswerRun {
  const answer = signal<AnswerModel | null>(null);
  const said = signal<Said>("nothing");
  let run: Run | null = null;

  function begin(next: AnswerModel): Run {
    const own = { answer: next, abort: new AbortController(), wantsStop: false };
    run = own;
    batch(() => {
      answer.value = next;
      said.value = "answering";
    });
    return own;
  }

  function end(own: Run) {
    if (run !== own) return;
    run = null;
    batch(() => {
      answer.value = null;
      said.value = ending(own.answer);
    });
  }

  async function sendStop(own: Run, id: Id) {
    try {
      await client.chat.stop(id);
    } catch {
      if (run !== own) return;
      own.wantsStop = false;
      own.answer.stopping.value = false;
      onStopFailed();
      return;
    }
    setTimeout(() => {
      if (run !== own) return;
      own.answer.end("stopped");
      own.abort.abort();
    }, stopPatienceMs);
  }

  return {
    answer,
    said,
    async follow(next, open) {
      const own = begin(next);
      let begun = next.id.peek() !== null;
      const onConnection = (connected: boolean) => {
        next.reconnecting.value = !connected;
      };
      try {
        for await (const event of open({ signal: own.abort.signal, onConnection })) {
          if (run !== own) break;
          next.apply(event);
          if (event.event !== "start") continue;
          begun = true;
          onStart(event.data.conversation_id);
          if (own.wantsStop) void sendStop(own, event.data.message_id);
        }
      } catch (error) {
        if (!own.abort.signal.aborted) next.fail(faultOf(error, begun));
      }
      end(own);
      return begun;
    },
    stop() {
      if (!run || run.wantsStop) return;
      run.wantsStop = true;
      run.answer.stopping.value = true;
      const id = run.answer.id.peek();
      // Before `start` there is nothing to name; the stop is sent as soon as there is.
      if (id) void sendStop(run, id);
    },
    leave() {
      run?.abort.abort();
      run = null;
      batch(() => {
        answer.value = null;
        said.value = "nothing";
      });
    },
  };
}

function ending(answer: AnswerModel): Said {
  const phase = answer.phase.peek();
  if (phase === "stopped" || phase === "failed") return phase;
  return answer.unsupported.peek().length > 0 ? "doubtful" : "ready";
}
