// Who asks: the account itself, or a visitor of one of its embeds. Whatever is looked up is looked up for one of them.
import type { EmbedModel } from "./models/embed.ts";

export interface Visitor {
  id: string;
  /** As it stands at this request: origins, documents and limits may have changed since the token was given. */
  embed: EmbedModel;
  /** Whether the host site named the person. */
  identified: boolean;
}

export interface Caller {
  /** Whose documents it is about: the account's, also for a visitor of its embed. */
  userId: string;
  /** null: the account itself. */
  visitor: Visitor | null;
}

/** Of a caller, what tells it from every other: conversations, keys and limits are kept by it. */
export function callerId({ userId, visitor }: Caller): string {
  return visitor?.id ?? userId;
}
