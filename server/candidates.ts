// The chunks that hold a question's words, and how common each word is: one statement over the scoped documents.

import { textSearchConfig } from "./language.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import type { Query } from "./query.ts";
import type { RankedChunk } from "./ranking.ts";
import { isUnspaced } from "./words.ts";

/** Chunks that ranking looks at. */
const maxCandidates = 400;
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

/**
 * OR over the words, because a question seldom shares all of them with its answer; the best by summed inverse
 * document frequency are kept. Scripts without spaces are found by pairs of characters instead of lexemes.
 */
const statement = `
with scope as materialized (
  select d.id, d.ready_run run, s.config::regconfig config
  from jsonb_to_recordset(?::jsonb) s(id uuid, config text) join documents d on d.id = s.id
  where d.deleted_at is null and d.ready_run is not null),
total as materialized (
  select count(*)::float8 n from chunks c join scope s on s.id = c.document_id and s.run = c.run),
words as (select word, weight from jsonb_to_recordset(?::jsonb) w(word text, weight float8)),
lexemes as materialized (
  select distinct c.config, w.word, w.weight, ('''' || replace(l.lexeme, '''', '''''') || '''')::tsquery query
  from (select distinct config from scope) c cross join words w
  cross join lateral unnest(tsvector_to_array(to_tsvector(c.config, w.word))) l(lexeme)),
pairs as materialized (select word, weight from jsonb_to_recordset(?::jsonb) p(word text, weight float8)),
hits as materialized (
  select l.word, l.weight, c.id
  from lexemes l join chunks c on c.tsv @@ l.query
  join scope s on s.id = c.document_id and s.run = c.run and s.config = l.config
  union
  select p.word, p.weight, c.id
  from pairs p join chunks c on position(p.word in lower(c.content)) > 0
  join scope s on s.id = c.document_id and s.run = c.run),
frequencies as materialized (
  select w.word, count(h.id)::float8 df
  from (select word from lexemes union select word from pairs) w left join hits h using (word) group by w.word),
best as (
  select h.id, sum(h.weight * ln(1 + (t.n - f.df + 0.5) / (f.df + 0.5))) score
  from hits h join frequencies f using (word) cross join total t
  where t.n < ${largeScope} or f.df < t.n * ${commonShare}
  group by h.id order by score desc, h.id limit ${maxCandidates})
select
  (select n from total) total,
  (select coalesce(jsonb_object_agg(word, df), '{}') from frequencies) frequencies,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'documentId', c.document_id, 'page', c.page, 'content', c.content, 'heading', c.heading)
      order by b.score desc, c.id), '[]')
   from best b join chunks c using (id)) chunks`;

export async function findCandidates(
  deps: { db: Database },
  documents: DocumentModel[],
  query: Query,
): Promise<Candidates> {
  const scope = documents.map(({ id, language }) => ({ id, config: textSearchConfig(language) }));
  const words = query.words.map(({ surface, weight }) => ({ word: surface, weight }));
  const result = await deps.db.raw(statement, [
    JSON.stringify(scope),
    JSON.stringify(words.filter(({ word }) => !isUnspaced(word))),
    JSON.stringify(words.filter(({ word }) => isUnspaced(word))),
  ]);
  const row = result.rows[0] as { total: number; frequencies: Record<string, number>; chunks: RankedChunk[] };
  return { total: row.total, frequencies: new Map(Object.entries(row.frequencies)), chunks: row.chunks };
}
