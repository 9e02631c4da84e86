// The chunks that hold a question's words, and how common each word is: from memory, or one statement over the documents.
import { readChunks } from "./chunk-reading.ts";
import { candidatesAmong, isReadWhole, keepScope, keptScope } from "./kept-scope.ts";
import { configsOf } from "./language.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import type { Query, QueryWord } from "./query.ts";
import type { RankedChunk } from "./ranking.ts";
import { searchTermOf } from "./search-text.ts";
import { nearBeginnings } from "./spelling.ts";
import { createTexts, type Texts } from "./text-cache.ts";
import { fold } from "./words.ts";

/** Chunks that ranking looks at. */
const maxCandidates = 400;
/** Words looked up; of a longer message the weightiest and longest. */
const maxWords = 32;
/** A word in more than this share of a large scope finds nothing by itself. */
const commonShare = 0.2;
const largeScope = 4000;

export interface Candidates {
  /** Chunks in scope. */
  total: number;
  /** Number of chunks that hold each word of the question; absent for a stop word. */
  frequencies: Map<string, number>;
  chunks: RankedChunk[];
}

interface Row {
  total: number;
  frequencies: Record<string, number>;
  /** Best first. */
  ids: number[];
}

/** Those of a small scope are told from memory, which is filled first where that is hardly more than a search. */
export async function findCandidates(
  deps: { db: Database },
  documents: DocumentModel[],
  query: Query,
  texts: Texts = createTexts(),
): Promise<Candidates> {
  const words = [...query.words, ...impliedWords(query)]
    .toSorted((left, right) => right.weight - left.weight || right.surface.length - left.surface.length)
    .slice(0, maxWords);
  if (words.length === 0 || documents.length === 0) return { total: 0, frequencies: new Map(), chunks: [] };
  if (isReadWhole(documents)) await keepScope(deps, documents, texts);
  const kept = keptScope(documents, texts);
  const known = kept && candidatesAmong(kept, words, documents, texts, { maxCandidates, maxSimilar });
  return known ?? searchCandidates(deps, documents, words, texts);
}

/**
 * OR over the words, because a question seldom shares all of them with its answer; the best by summed inverse
 * document frequency are kept.
 */
export async function searchCandidates(
  deps: { db: Database },
  documents: DocumentModel[],
  words: QueryWord[],
  texts: Texts,
): Promise<Candidates> {
  const { sql, bindings } = statementFor(words, documents);
  const result = await deps.db.raw(sql, bindings);
  const row = result.rows[0] as Row;
  const frequencies = Object.entries(row.frequencies).map(
    ([index, df]) => [words[Number(index)]?.surface ?? "", df] as const,
  );
  const absent = frequencies.flatMap(([surface, df]) => (df === 0 ? nearBeginnings(fold(surface)) : []));
  const similar = absent.length && row.ids.length < row.total ? await similarTo(deps, documents, row, absent) : [];
  const chunks = await readChunks(deps, documents, [...new Set([...row.ids, ...similar])], texts);
  return { total: row.total, frequencies: new Map(frequencies), chunks };
}

/** Chunks added for words that none holds. */
const maxSimilar = 100;

/** Chunks with words that begin like those that none holds: of a small scope all chunks, which takes no longer. */
async function similarTo(
  { db }: { db: Database },
  documents: DocumentModel[],
  { total }: Row,
  beginnings: string[],
): Promise<number[]> {
  const all = total <= maxCandidates;
  const result = await db.raw(
    `select id::float8 from chunks
     where document_id = any(?::uuid[]) and run = any(?::uuid[])
     ${all ? "" : "and tsv @@ ?::tsquery"} order by id limit ${all ? maxCandidates : maxSimilar}`,
    [...scopeOf(documents), ...(all ? [] : [[...new Set(beginnings)].map((letters) => `'${letters}':*`).join(" | ")])],
  );
  return (result.rows as { id: number }[]).map(({ id }) => id);
}

/** The ready runs, each with its document. */
function scopeOf(documents: DocumentModel[]): [ids: string[], runs: string[]] {
  const ready = documents.flatMap(({ id, ready_run }) => (ready_run === null ? [] : [{ id, run: ready_run }]));
  return [ready.map(({ id }) => id), ready.map(({ run }) => run)];
}

const impliedWeight = 0.3;

/** Words of the lines that the question implies, as far as it does not hold them itself. */
function impliedWords({ words, lineItems }: Query): QueryWord[] {
  const known = new Set(words.map(({ surface }) => surface));
  const implied = new Set(lineItems.flatMap((names) => names.flatMap((name) => name.split(/[ -]/))));
  return [...implied].flatMap((surface) =>
    known.has(surface) || surface.length < 3 ? [] : [{ surface, weight: impliedWeight }],
  );
}

type Binding = string | number | string[];

/** A `tsquery` for a word as each language stems it: a chunk has been stemmed by its own. */
function tsqueryFor({ surface, family = [] }: QueryWord, configs: string[]): { sql: string; bindings: Binding[] } {
  const term = searchTermOf(surface);
  if ("pair" in term) return { sql: "?::tsquery", bindings: [term.pair] };
  // A family's words are letters alone.
  const asked = [["plainto_tsquery", term.words], ...(family.length ? [["to_tsquery", family.join(" | ")]] : [])];
  return {
    sql: `(${configs.flatMap(() => asked.map(([how]) => `${how}(?::regconfig, ?)`)).join(" || ")})`,
    bindings: configs.flatMap((config) => asked.flatMap(([, words]) => [config, words ?? ""])),
  };
}

/**
 * A query of its own for each word: planned with the word and the documents known, it goes by whichever index is the
 * shorter way. What is too common to find anything is counted alone. A run's chunks are numbered from zero in the order
 * of its pages, so that its last one tells how many there are. Documents that were deleted meanwhile are left out at the end.
 */
function statementFor(words: QueryWord[], documents: DocumentModel[]): { sql: string; bindings: Binding[] } {
  const configs = configsOf(documents);
  const scope = scopeOf(documents);
  const asked = words.map((word) => ({ weight: word.weight, tsquery: tsqueryFor(word, configs) }));
  const each = (sql: (tsquery: string, index: number) => string) =>
    asked.map((word, index) => sql(word.tsquery.sql, index));
  const holding = each(
    (tsquery, index) => `hits${index} as materialized (
      select id, document_id from chunks where tsv @@ ${tsquery} and document_id = any(?::uuid[]) and run = any(?::uuid[]))`,
  );
  const counted = each(
    (tsquery, index) =>
      `select ${index} word, ?::float8 weight, (select count(*) from hits${index})::float8 df where numnode(${tsquery}) > 0`,
  );
  const worth = each((_, index) => `select id, document_id, score from worth join hits${index} on word = ${index}`);
  const bindings = [
    ...asked.flatMap(({ tsquery }) => [...tsquery.bindings, ...scope]),
    ...asked.flatMap(({ weight, tsquery }) => [weight, ...tsquery.bindings]),
    ...scope,
  ];
  const sql = `
    with ${holding.join(", ")},
    frequencies as materialized (${counted.join(" union all ")}),
    total as materialized (
      select coalesce(sum((
        select ordinal + 1 from chunks c where c.document_id = s.document_id and c.run = s.run
        order by page desc, ordinal desc limit 1)), 0)::float8 n
      from unnest(?::uuid[], ?::uuid[]) s(document_id, run)),
    worth as materialized (
      select word, weight * ln(1 + (n - df + 0.5) / (df + 0.5)) score from frequencies, total
      where n < ${largeScope} or df < n * ${commonShare}),
    best as (
      select id, document_id, sum(score) score from (${worth.join(" union all ")}) found
      group by id, document_id order by score desc, id limit ${maxCandidates})
    select
      (select n from total) total,
      (select coalesce(jsonb_object_agg(word, df), '{}') from frequencies) frequencies,
      (select coalesce(json_agg(b.id order by b.score desc, b.id), '[]'::json)
       from best b join documents d on d.id = b.document_id
       where d.deleted_at is null) ids`;
  return { sql, bindings };
}
