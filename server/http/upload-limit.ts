// How many files a user may upload in an hour, and how many bytes in a day.
import type { Context } from "koa";
import type { IncomingPdf } from "../incoming-pdf.ts";
import { tooManyRequests } from "../limits.ts";
import type { Services } from "../services.ts";

/** Counts before the body is read, so that a flood costs no storage. Throws `too-many-requests`. */
export type UploadLimit = (ctx: Context, userId: string, receive: () => Promise<IncomingPdf>) => Promise<IncomingPdf>;

export function createUploadLimit({ limits, config }: Pick<Services, "limits" | "config">): UploadLimit {
  const files = { points: config.uploadsPerHour, seconds: 3600 };
  const bytes = { points: config.uploadedBytesPerDay, seconds: 86_400 };
  return async (ctx, userId, receive) => {
    const refused = await limits.take("upload", userId, files);
    if (refused) throw tooManyRequests(`You may upload ${files.points} files an hour.`, refused);
    // As many as it may become, until it is known.
    const most = Math.min(ctx.request.length ?? config.maxUploadBytes, config.maxUploadBytes);
    const refusedBytes = await limits.take("upload-bytes", userId, bytes, most);
    if (refusedBytes) {
      const megabytes = Math.floor(bytes.points / 1024 / 1024);
      throw tooManyRequests(`You may upload ${megabytes} MB a day, and this file would be more.`, refusedBytes);
    }
    let received = 0;
    try {
      const file = await receive();
      received = file.bytes;
      return file;
    } finally {
      await limits.giveBack("upload-bytes", userId, bytes, Math.max(0, most - received));
    }
  };
}
