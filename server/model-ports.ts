// What the domain needs of language models and embedders: types only, as in ports.ts.

export interface LanguageModelRequest {
  /** The question as a person would ask it alone. */
  question: string;
  /** Earlier turns, oldest first, already bounded. */
  history: { role: "user" | "assistant"; text: string }[];
  /** Numbered from 1 in this order; data, never instructions. */
  passages: Passage[];
  signal: AbortSignal;
}

export interface Passage {
  documentTitle: string;
  /** Absent: it tells no more than the title. */
  filename?: string;
  page: number;
  /** As it stands on the page. */
  text: string;
  heading: string | null;
  /** Retrieval's score, 0..1. */
  score: number;
  /** What its citation quotes, in whole sentences or table rows in the order of the page. */
  sentences: PassageSentence[];
  /** The whole page as it was read, against which an extract is checked; absent: `text`. */
  pageText?: string;
  /** Of the first: how many documents are asked for of which no passage is given; absent: none that is known. */
  documentsLeft?: number;
}

export interface PassageSentence {
  text: string;
  /** A table's row. */
  row: boolean;
  score: number;
  /** Of a row: what stands in its cells, and what the table's first line calls them where it does. */
  cells?: string[];
  columns?: string[];
  /** Rows above those names, which say what several columns have in common: as many cells, empty where a name goes on. */
  over?: string[][];
  /** The table's title and unit, where its rows do not say them. */
  captions?: string[];
  /** It goes on where the one before it ends. */
  follows?: boolean;
  /** One of those that are told together, in their order. */
  step?: true;
  /** It says that something is listed below it; and what is. */
  announces?: true;
  announced?: true;
}

/** A piece of an answer as the model writes it; exactly one `finish` ends it unless it throws. */
export type LanguageModelPart =
  | { type: "text"; text: string }
  | {
      type: "finish";
      reason: "stop" | "length" | "refused" | "blocked";
      confidence: number | null;
      usage: { promptTokens: number; completionTokens: number };
    };

export interface LanguageModel {
  /** As told to readers, for example `gemini-flash-latest` or `extractive`. */
  readonly name: string;
  /** It writes marks as `[n]` alone, and escapes every other bracket. Absent: any form that models write is one. */
  readonly marksExactly?: true;
  /**
   * Streams the answer, citing passages as `[n]`. Throws `LanguageModelError`. Leaving the loop ends the upstream call;
   * the signal's abort ends the loop without throwing.
   */
  answer(request: LanguageModelRequest): AsyncIterable<LanguageModelPart>;
  /**
   * One short text as a whole, for what the product itself wants to know. Throws `LanguageModelError` after a few
   * seconds at the latest; the signal's abort rejects with its reason. Absent: this model only answers from passages.
   */
  complete?(request: CompletionRequest): Promise<string>;
  /** Rejects with `LanguageModelError`, saying what is wrong, where it would not answer. Absent: it always does. */
  probe?(signal: AbortSignal): Promise<void>;
}

export interface CompletionRequest {
  /** What the model is to do. */
  system: string;
  /** What it is to do that with. */
  prompt: string;
  /** Of the text alone: what a model thinks before it writes is not counted. */
  maxTokens: number;
  signal: AbortSignal;
}

/** Turns texts into vectors of one length, normalised. */
export interface Embedder {
  /** Provider and model, for example `gemini:gemini-embedding-001`: vectors of different names never meet. */
  readonly name: string;
  /** Texts that one call may carry. */
  readonly maxTexts: number;
  /**
   * One vector a text, in their order: at most 1,536 numbers each, of length 1. Retries by itself inside a deadline.
   * Throws `LanguageModelError` (`retryAfterMs` where the server said when).
   */
  embed(texts: string[], options: { purpose: "document" | "query"; signal: AbortSignal }): Promise<Float32Array[]>;
}

export type LanguageModelFault =
  | "model-unavailable"
  | "model-rate-limited"
  | "model-rejected"
  | "model-timeout"
  | "model-interrupted";

export class LanguageModelError extends Error {
  readonly fault: LanguageModelFault;
  /** Where the server said when to ask again. */
  readonly retryAfterMs: number | null;
  /** Whether the same request may succeed soon: not with a wrong key, nor with the quota of a day spent. */
  readonly retryable: boolean;
  /** What was wrong, where that is known and whoever runs the server can mend it. */
  readonly reason: "key" | "model" | "empty" | null;
  constructor(
    fault: LanguageModelFault,
    message: string,
    options: {
      cause?: unknown;
      retryAfterMs?: number | undefined;
      retryable?: boolean;
      reason?: LanguageModelError["reason"];
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "LanguageModelError";
    this.fault = fault;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.reason = options.reason ?? null;
    this.retryable = options.retryable ?? fault !== "model-rejected";
  }
}
