// The audit log: what happened to an account, for its owner in the database and for whoever runs the server in the log.
import { isIPv4, isIPv6 } from "node:net";
import type { ActivityEvent } from "@pagewise/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { networkOf } from "./limits.ts";
import { AuditEventModel, addAuditEvent } from "./models/audit-event.ts";
import type { Database } from "./models/database.ts";
import type { Clock, Logger } from "./ports.ts";

export interface AuditDeps {
  db: Database;
  clock: Clock;
  log: Logger;
}

export interface AuditEntry {
  userId: string;
  event: ActivityEvent;
  /** The id of what it happened to. */
  subject?: string | undefined;
  /** The caller's, of which only the network is kept. */
  address?: string | undefined;
}

/** Never throws: what was done is done, also where it could not be written down. */
export async function recordAudit(
  { db, clock, log }: AuditDeps,
  { userId, event, subject, address }: AuditEntry,
): Promise<void> {
  const fields = { event, userId, ...(subject && { subject }) };
  log.info(fields, "audit");
  try {
    await addAuditEvent(db, {
      id: uuidv7(),
      user_id: userId,
      event,
      subject: subject ?? null,
      network: address ? networkShown(address) : null,
      created_at: clock.now(),
    });
  } catch (error) {
    log.warn({ ...fields, err: error }, "an audit event could not be kept");
  }
}

/** Newest first. @param page.before the last id of the page before */
export async function listActivity(
  { db }: Pick<AuditDeps, "db">,
  userId: string,
  page: { limit: number; before: string | null },
): Promise<AuditEventModel[]> {
  const query = AuditEventModel.query(db).where("user_id", userId).orderBy("id", "desc").limit(page.limit);
  return page.before ? query.where("id", "<", page.before) : query;
}

/**
 * Enough to tell home from elsewhere, too little to tell one line from its neighbours: the first 24 bits of an IPv4
 * address, the first 48 of an IPv6 one.
 */
export function networkShown(address: string): string | null {
  const network = networkOf(address);
  if (isIPv4(network)) return `${network.replace(/\.\d+$/, "")}.0/24`;
  const groups = network.split(":").slice(0, 3);
  const prefix = `${groups.join(":").replace(/(?:(?:^|:)0)+$/, "")}::`;
  return isIPv6(prefix) && network.includes(":") ? `${prefix}/48` : null;
}
