// The chunks whose meaning is nearest to a question, where documents have vectors; never a reason to fail or to wait long.
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import { type NearestChunks, nearestChunks } from "./models/embedding.ts";
import { orAborted } from "./or-aborted.ts";
import type { Embedder, Logger } from "./ports.ts";

/** A question is embedded in this time, or answered by its words alone. */
const embedMs = 1_500;
/** After a failure the embedder is left alone so long, so that an outage does not hold up question after question. */
const restMs = 30_000;
/** Chunks that ranking is given. */
const maxChunks = 50;

/** What was found among the documents that have vectors of one model. */
export interface Nearest extends NearestChunks {
  documentIds: string[];
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
    const signal = AbortSignal.timeout(embedMs);
    const vectors = await orAborted(by.embed([question], { purpose: "query", signal }), signal);
    if (!vectors) throw new Error("the question was not embedded in time");
    return vectors[0] ?? null;
  }

  async function search(model: string, documents: DocumentModel[], question: string): Promise<Nearest | null> {
    const by = model === embedder.name ? embedder : earlierEmbedder(model);
    if (!by || performance.now() < (restingUntil.get(model) ?? 0)) return null;
    try {
      const vector = await embed(by, question);
      if (!vector) return null;
      const found = await nearestChunks(db, documents, { model, vector, limit: maxChunks });
      return { ...found, documentIds: documents.map(({ id }) => id) };
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
