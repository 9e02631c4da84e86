// The structured log: JSON lines by pino on standard error, secrets never among them.
import { pino } from "pino";
import type { Logger } from "../ports.ts";

/** Standard output is left to the one line that tells the address. */
export function createLogger(level: "debug" | "info" | "warn" | "error" | "silent"): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: pino.stdSerializers.err },
      redact: { paths: ["*.password", "*.authorization", "*.refresh_token", "*.access_token"], censor: "[removed]" },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
