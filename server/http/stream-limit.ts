// How many streams of events a caller may have open at the same time, in all processes together.
import type { Context } from "koa";
import { type Caller, callerId } from "../caller.ts";
import { networkOf, tooManyRequests } from "../limits.ts";
import type { Services } from "../services.ts";

/** Takes a place for the answer to this request until it has ended or its reader has left. Throws `too-many-requests`. */
export type StreamLimit = (ctx: Context, caller: Caller) => Promise<void>;

/** Nobody knows when a place becomes free; programs that wait for one ask again after this. */
const retryAfterMs = 15_000;

export function createStreamLimit({ limits, config }: Pick<Services, "limits" | "config">): StreamLimit {
  return async (ctx, caller) => {
    const ofCaller = caller.visitor ? config.streamsPerVisitor : config.streamsPerUser;
    const wanted: [name: string, key: string, places: number][] = [["stream", callerId(caller), ofCaller]];
    // Whoever is nobody in particular becomes somebody else at will, but not somewhere else.
    if (caller.visitor?.identified === false)
      wanted.push(["stream-address", networkOf(ctx.ip), config.visitorStreamsPerAddress]);
    const held: (() => void)[] = [];
    let isOver = false;
    const leave = () => {
      isOver = true;
      for (const leavePlace of held.splice(0)) leavePlace();
    };
    ctx.res.once("close", leave);
    for (const [name, key, places] of wanted) {
      const leavePlace = await limits.hold(name, key, places);
      if (leavePlace) held.push(leavePlace);
      if (isOver) return leave();
      if (!leavePlace)
        throw tooManyRequests(`${places} answers or pages are open already: close one, or wait.`, { retryAfterMs });
    }
  };
}
