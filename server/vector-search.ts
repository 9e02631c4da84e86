// The chunks whose meaning is nearest to a question, where documents have vectors; never a reason to fail or to wait long.
import { setTimeout as sleep } from "node:timers/promises";
import type { Embedder } from "./model-ports.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import { type NearChunk, nearestChunks } from "./models/embedding.ts";
import type { Logger } from "./ports.ts";

/** A question is embedded in this time, or answered by its words alone. */
const embedMs = 1_500;
/** The call may go on so long, unheard: a server that is loading its model has it for the next question. */
const callMs = 15_000;
/** After a failure the embedder is left alone so long, so that an outage does not hold up question after question. */
const restMs = 10_000;
/** Chunks that ranking is given. */
const maxChunks = 50;

/** What was found among the documents that have vectors of one model. */
export interface Nearest {
  documentIds: string[];
  /** Nearest first. */
  chunks: NearChunk[];
  /** Whether these are all that there are, rather than the nearest of many. */
  all: boolean;
}

export interface VectorSearch {
  /** One result a model: of different ones nothing can be compared. Empty where there is nothing to compare; never throws. */
  nearest(documents: DocumentModel[], question: string): Promise<Nearest[]>;
}

export interface VectorSearchDeps {
  db: Database;
  log: Logger;
  embedder: Embedder;
  /** The embedder of an earlier setting, while its vectors still serve; null where it can no longer be called. */
  earlierEmbedder: (name: string) => Embedder | null;
}

export function createVectorSearch({ db, log, embedder, earlierEmbedder }: VectorSearchDeps): VectorSearch {
  const restingUntil = new Map<string, number>();

  async function embed(by: Embedder, question: string): Promise<Float32Array | null> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), callMs).unref();
    const call = by.embed([question], { purpose: "query", signal: abort.signal }).finally(() => clearTimeout(timer));
    // Unheard when it fails late.
    call.catch(() => {});
    const vectors = await Promise.race([call, sleep(embedMs, null, { ref: false })]);
    if (!vectors) throw new Error("the question was not embedded in time");
    return vectors[0] ?? null;
  }

  async function search(model: string, documents: DocumentModel[], question: string): Promise<Nearest | null> {
    const by = model === embedder.name ? embedder : earlierEmbedder(model);
    if (!by || performance.now() < (restingUntil.get(model) ?? 0)) return null;
    try {
      const vector = await embed(by, question);
      if (!vector) return null;
      const chunks = await nearestChunks(db, documents, { model, vector, limit: maxChunks });
      return { documentIds: documents.map(({ id }) => id), chunks, all: chunks.length < maxChunks };
    } catch (error) {
      restingUntil.set(model, performance.now() + restMs);
      log.warn({ err: error, model, restMs }, "questions are answered by their words alone for a while");
      return null;
    }
  }

  return {
    async nearest(documents, question) {
      const byModel = new Map<string, DocumentModel[]>();
      for (const document of documents) {
        const model = document.embedding_model;
        if (model) byModel.set(model, [...(byModel.get(model) ?? []), document]);
      }
      const found = await Promise.all([...byModel].map(([model, own]) => search(model, own, question)));
      return found.filter((nearest) => nearest !== null && nearest.chunks.length > 0) as Nearest[];
    },
  };
}
