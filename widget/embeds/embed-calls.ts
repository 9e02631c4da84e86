// The calls that the embeds' screens make.
import type { CallOptions, Page } from "@pagewise/sdk";
import type { Embed, EmbedChanges, EmbedUsage, EmbedWithSecret, Id } from "@pagewise/sdk/contract";

export interface EmbedCalls {
  embeds: {
    list(query?: { limit?: number; cursor?: string }, options?: CallOptions): Promise<Page<Embed>>;
    create(embed: EmbedChanges & { name: string }, options?: CallOptions): Promise<EmbedWithSecret>;
    get(id: Id, options?: CallOptions): Promise<Embed>;
    update(id: Id, changes: EmbedChanges, options?: CallOptions): Promise<Embed>;
    delete(id: Id, options?: CallOptions): Promise<void>;
    rotateSecret(id: Id, rotation?: { revoke_now?: boolean }, options?: CallOptions): Promise<EmbedWithSecret>;
    usage(id: Id, query?: { days?: number }, options?: CallOptions): Promise<EmbedUsage>;
  };
}
