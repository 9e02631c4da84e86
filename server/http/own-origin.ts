// The origin that our own pages stand at.
import type { Context } from "koa";

/** By the settings, otherwise as the request was addressed; null where that names no host. */
export function ownOriginOf(ctx: Context, publicUrl: string | null): string | null {
  const url = publicUrl ?? `${ctx.protocol}://${ctx.host}`;
  return URL.canParse(url) ? new URL(url).origin : null;
}
