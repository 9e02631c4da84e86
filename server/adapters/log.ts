// The structured log: JSON lines by pino on standard error, secrets and what people wrote never among them.
import { type DestinationStream, pino, type SerializedError } from "pino";
import type { Logger } from "../ports.ts";

/** In these PostgreSQL and its driver repeat values of rows and parameters. */
const holdsValues = ["detail", "where", "hint", "internalQuery", "parameters", "bindings"];

/** @param destination by default standard error: standard output is left to the one line that tells the address. */
export function createLogger(
  level: "debug" | "info" | "warn" | "error" | "silent",
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describe, error: describe },
      redact: { paths: ["*.password", "*.authorization", "*.refresh_token", "*.access_token"], censor: "[removed]" },
    },
    destination,
  );
}

function describe(error: Error): SerializedError {
  return withoutValues(pino.stdSerializers.err(error));
}

/** Objection wraps the driver's error, and ours may hold theirs. */
function withoutValues<T>(described: T): T {
  if (typeof described !== "object" || described === null || !("stack" in described)) return described;
  const kept = Object.entries(described).filter(([name]) => !holdsValues.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutValues(value)])) as T;
}
