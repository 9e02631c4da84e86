// The route by which a page begins a visitor's session: from an origin that the embed allows, and not too often.
import type { EmbedSession } from "@pagewise/sdk/contract";
import type { Context } from "koa";
import { z } from "zod";
import { countSession } from "../embed-usage.ts";
import { findEnabledEmbed, originAllowed } from "../embeds.ts";
import { networkOf, tooManyRequests } from "../limits.ts";
import type { EmbedModel } from "../models/embed.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { visitorToken } from "../visitor-tokens.ts";
import { visitorFor } from "../visitors.ts";
import { allowOrigin } from "./cors.ts";
import { embedSession } from "./embed-answers.ts";
import type { Routes } from "./operation.ts";
import { addressedOrigin, ownOriginOf } from "./own-origin.ts";
import { pathParam } from "./parameters.ts";

const publicKey = pathParam({
  schema: z.string().regex(/^pk_[\w-]{1,100}$/),
  description: "The embed's public key.",
  missing: "embed-not-found",
});

const sessionBody = z.object({
  visitor_id: z.string().max(200, "may hold at most 200 characters").optional(),
  identity_token: z.string().max(8192, "may hold at most 8192 characters").optional(),
});

/** Of an embed, so many times what one address may begin. */
const addressesAtOnce = 20;

export function addSessionRoute(routes: Routes, services: Services): void {
  routes.add(
    {
      ...{ method: "post", path: "/embeds/:public_key/session", id: "beginVisitorSession" },
      ...{ tag: "Embeds", callers: "anyone", params: { public_key: publicKey } },
      summary: "Begin a visitor's session on a page",
      description:
        "Needs the page's `Origin`, one that the embed allows or the server's own. A `visitor_id` that is not known gets " +
        "a new one. An `identity_token` is a JWT by the embed's secret: HS256, `aud` the public key, `sub`, a `jti` that " +
        "is used once, `exp` at most 10 minutes from now.",
      headers: { Origin: { schema: z.string(), description: "Of the page, as its browser names it." } },
      body: sessionBody,
      example: { visitor_id: "v_3q2-7w" },
      answers: {
        200: { description: "The visitor's token, good for 15 minutes on pages of this origin.", schema: embedSession },
      },
      problems: ["embed-not-found", "origin-not-allowed", "identity-invalid", "too-many-requests"],
    },
    async (ctx, { params, body }) => {
      const limit = sessionLimit(services);
      const network = networkOf(ctx.ip);
      const { embed, origin } = await letIn(services, ctx, params.public_key).catch(async (error: unknown) => {
        // Apart from the visitors' own: any page can have its readers' browsers refused as often as it likes.
        await limit("session-refused", network, 1);
        throw error;
      });
      await limit("session-address", `${embed.id}:${network}`, 1);
      await limit("session-embed", embed.id, addressesAtOnce);
      const known = { visitorId: body.visitor_id, identityToken: body.identity_token };
      const { visitor, visitorId } = await visitorFor(services, embed, known);
      await countSession(services, embed.id);
      const { name, theme, greeting, starters, locale } = embed;
      ctx.body = {
        ...visitorToken(services, { visitorId: visitor.id, embedId: embed.id, origin }),
        visitor_id: visitorId,
        embed: { name, theme, greeting, starters, locale },
      } satisfies EmbedSession;
    },
  );
}

/** Throws `embed-not-found`, `origin-not-allowed`. */
async function letIn(
  services: Services,
  ctx: Context,
  publicKey: string,
): Promise<{ embed: EmbedModel; origin: string }> {
  const embed = await findEnabledEmbed(services, publicKey);
  return { embed, origin: allowedOrigin(services, ctx, embed) };
}

/** @returns the page's origin, whose answer it is from now on. Throws `origin-not-allowed`. */
function allowedOrigin({ config }: Services, ctx: Context, embed: EmbedModel): string {
  const origin = ctx.get("Origin");
  if (!originAllowed(embed, origin, ownOriginOf(ctx, config.publicUrl))) {
    throw new Problem("origin-not-allowed", whyRefused(ctx, origin, config.publicUrl));
  }
  allowOrigin(ctx);
  return origin;
}

function whyRefused(ctx: Context, origin: string, publicUrl: string | null): string {
  if (origin === "") return "A session begins on a page, whose origin its browser names.";
  if (publicUrl !== null || origin !== addressedOrigin(ctx)) return "This embed may not stand here.";
  return `The server does not know that this page is its own: start it with PUBLIC_URL=${origin} to see previews here.`;
}

function sessionLimit({ limits, config }: Services) {
  return async (name: string, key: string, times: number): Promise<void> => {
    const refusal = await limits.take(name, key, { points: config.sessionsPerMinute * times, seconds: 60 });
    if (refusal) throw tooManyRequests("Too many sessions were begun here.", refusal);
  };
}
