// The origin that our own pages stand at.
import { isIP } from "node:net";
import type { Context } from "koa";

/** Names that nobody's domain can have: of this machine, or of the network around it. */
const privateName = /^[^.]+$|\.(?:localhost|local|internal|lan|home\.arpa)$/;

/**
 * By the settings, otherwise as the request was addressed, where that is a place that no stranger's domain can stand for:
 * a page of theirs, whose name they let lead here, would else be one of ours.
 * @returns null where it is not known
 */
export function ownOriginOf(ctx: Context, publicUrl: string | null): string | null {
  if (publicUrl !== null) return new URL(publicUrl).origin;
  const addressed = addressedOrigin(ctx);
  if (addressed === null) return null;
  const { hostname } = new URL(addressed);
  const isOwn = isIP(hostname.replace(/^\[|\]$/g, "")) > 0 || privateName.test(hostname);
  return isOwn ? addressed : null;
}

/** The origin that the request says it was sent to, which may be anybody's name. */
export function addressedOrigin(ctx: Context): string | null {
  const url = `${ctx.protocol}://${ctx.host}`;
  return URL.canParse(url) ? new URL(url).origin : null;
}
