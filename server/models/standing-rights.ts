// Which sign-ins, embeds and documents stand at this moment, for whoever reads by them.
import { type Database, runDirectly } from "./database.ts";
import type { EmbedModel } from "./embed.ts";

export interface Standing {
  sessions: Set<string>;
  documents: Set<string>;
  /** Those that are enabled, each with what it gives its visitors. */
  embeds: Map<string, Pick<EmbedModel, "allowed_origins" | "document_ids">>;
}

interface Row extends Pick<EmbedModel, "id" | "allowed_origins" | "document_ids"> {
  kind: "session" | "document" | "embed";
}

/** Of the ids those that stand, by one plain statement: it is made again and again while anybody reads. */
export async function standingAmong(
  db: Database,
  { sessions, embeds, documents }: Record<"sessions" | "embeds" | "documents", Iterable<string>>,
): Promise<Standing> {
  const rows = await runDirectly<Row>(
    db,
    `select 'session' as kind, id, null::jsonb as allowed_origins, null::jsonb as document_ids
       from sessions where id = any($1::uuid[]) and revoked_at is null
     union all select 'document', id, null, null from documents where id = any($2::uuid[]) and deleted_at is null
     union all select 'embed', id, allowed_origins, document_ids from embeds where id = any($3::uuid[]) and enabled`,
    [[...sessions], [...documents], [...embeds]],
  );
  const idsOf = (wanted: Row["kind"]) => new Set(rows.filter(({ kind }) => kind === wanted).map(({ id }) => id));
  const found = rows.filter(({ kind }) => kind === "embed");
  return {
    sessions: idsOf("session"),
    documents: idsOf("document"),
    embeds: new Map(found.map(({ id, allowed_origins, document_ids }) => [id, { allowed_origins, document_ids }])),
  };
}
