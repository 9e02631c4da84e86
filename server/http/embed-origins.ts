// Which origins embeds allow: asked of the database, and for some minutes remembered for when that cannot be asked.
import { someEmbedAllows } from "../embeds.ts";
import type { Services } from "../services.ts";

export interface EmbedOrigins {
  /** Whether any enabled embed may stand there. Rejects where that cannot be asked and was not seen lately. */
  allows(origin: string): Promise<boolean>;
  /** An answer to a page there was for it to read. */
  note(origin: string): void;
  /** Whether it was allowed at some time in the last minutes. */
  wasAllowed(origin: string): boolean;
}

/** As long as browsers keep what a preflight has told them. */
const rememberedMs = 10 * 60_000;
const mostRemembered = 1_000;

export function createEmbedOrigins(services: Pick<Services, "db" | "clock">): EmbedOrigins {
  /** When each was last seen to be allowed, in milliseconds, the one longest ago first. */
  const seenAt = new Map<string, number>();

  const note = (origin: string) => {
    seenAt.delete(origin);
    seenAt.set(origin, services.clock.now().getTime());
    const [oldest] = seenAt.keys();
    if (seenAt.size > mostRemembered && oldest !== undefined) seenAt.delete(oldest);
  };
  const wasAllowed = (origin: string) =>
    services.clock.now().getTime() - (seenAt.get(origin) ?? Number.NEGATIVE_INFINITY) < rememberedMs;

  return {
    note,
    wasAllowed,
    async allows(origin) {
      try {
        const isAllowed = await someEmbedAllows(services, origin);
        if (isAllowed) note(origin);
        else seenAt.delete(origin);
        return isAllowed;
      } catch (error) {
        if (wasAllowed(origin)) return true;
        throw error;
      }
    },
  };
}
