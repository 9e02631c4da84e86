// What visitors may ask in a day of UTC, and what was asked: by a whole embed, by each visitor, from each network.
import type { EmbedUsage } from "@pagewise/sdk/contract";
import type { Caller, Visitor } from "./caller.ts";
import { whileItStands } from "./embeds.ts";
import { tooManyRequests } from "./limits.ts";
import { isOwnerGone } from "./models/database.ts";
import { addQuestion, addRefusal, addSession, takeQuestionBack, usageSince } from "./models/embed-usage.ts";
import type { Limit } from "./ports.ts";
import type { Services } from "./services.ts";

export type UsageDeps = Pick<Services, "db" | "clock" | "limits">;

const dayMs = 24 * 60 * 60 * 1000;
/** The name in the limits, whom it counts for, and how much that is. */
type Count = [name: string, key: string, limit: Limit];

/**
 * Takes one question of what the visitor, the network and the embed may ask today; of an account it takes nothing.
 * Throws `too-many-requests` until the day ends, having taken nothing.
 * @param network where the request comes from, as `networkOf` names it
 */
export async function countQuestion(deps: UsageDeps, { visitor }: Caller, network: string): Promise<void> {
  if (!visitor) return;
  const now = deps.clock.now();
  const { id, daily_message_limit } = visitor.embed;
  const used = (detail: string) => tooManyRequests(detail, { retryAfterMs: dayMs - (now.getTime() % dayMs) });
  const taken: Count[] = [];
  try {
    for (const count of countsOf(visitor, network, dayOf(now))) {
      const refusal = await deps.limits.take(...count);
      if (refusal) throw used("You have had your questions for today.");
      taken.push(count);
    }
    const isTaken = await whileItStands(addQuestion(deps.db, id, dayOf(now), daily_message_limit));
    if (!isTaken) throw used("This chat has had its questions for today.");
  } catch (error) {
    for (const count of taken) await deps.limits.giveBack(...count);
    throw error;
  }
}

/** Undoes `countQuestion`, for a question that came to nothing before its answer began. */
export async function giveBack(deps: UsageDeps, { visitor }: Caller, network: string): Promise<void> {
  if (!visitor) return;
  const day = dayOf(deps.clock.now());
  for (const count of countsOf(visitor, network, day)) await deps.limits.giveBack(...count);
  await takeQuestionBack(deps.db, visitor.embed.id, day);
}

/** Notes that the documents did not answer a question; quiet where the embed was removed meanwhile. */
export async function countRefusal(deps: Pick<Services, "db" | "clock">, embedId: string): Promise<void> {
  await addRefusal(deps.db, embedId, dayOf(deps.clock.now())).catch((error: unknown) => {
    if (!isOwnerGone(error)) throw error;
  });
}

export async function countSession(deps: Pick<Services, "db" | "clock">, embedId: string): Promise<void> {
  await whileItStands(addSession(deps.db, embedId, dayOf(deps.clock.now())));
}

/** The last days, oldest first, today at the end; one entry a day. */
export async function embedUsage(
  deps: Pick<Services, "db" | "clock">,
  embedId: string,
  days: number,
): Promise<EmbedUsage> {
  const now = deps.clock.now().getTime();
  const all = Array.from({ length: days }, (_, index) => dayOf(new Date(now - (days - 1 - index) * dayMs)));
  const counted = new Map((await usageSince(deps.db, embedId, all[0] ?? "")).map((row) => [row.day, row]));
  return { data: all.map((day) => counted.get(day) ?? { day, sessions: 0, questions: 0, refused: 0 }) };
}

/**
 * Whoever has no name is counted by the network too, for an id is thrown away easily. A person whom the host site names
 * is counted alone: many of them may sit behind one address.
 */
function countsOf({ id, embed, identified }: Visitor, network: string, day: string): Count[] {
  const { visitor_message_limit, address_message_limit } = embed;
  const perDay = (points: number | null): Limit => ({ points: points ?? 0, seconds: dayMs / 1000 });
  const own: Count = ["visitor", `${id}:${day}`, perDay(visitor_message_limit)];
  if (identified) return [own];
  const shared = perDay(address_message_limit ?? visitor_message_limit);
  return [own, ["address", `${embed.id}:${network}:${day}`, shared]];
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
