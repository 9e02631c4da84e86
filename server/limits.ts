// What everything that limits shares: how a refusal is told, and which addresses count as one.
import { SocketAddress } from "node:net";
import type { Refusal } from "./ports.ts";
import { Problem } from "./problem.ts";

/** @param detail what was asked too often, as a sentence; how long to wait is added */
export function tooManyRequests(detail: string, { retryAfterMs }: Refusal): Problem {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return new Problem("too-many-requests", `${detail} Try again in ${waitOf(seconds)}.`, {
    headers: { "Retry-After": String(seconds) },
  });
}

/** A wait as people say it, rounded up. */
export function waitOf(seconds: number): string {
  if (seconds === 1) return "one second";
  if (seconds < 90) return `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}

/**
 * The network that an address stands for: itself, or of IPv6 the /64, which one customer's line holds whole.
 * @param address of a socket or as a proxy wrote it: with a port, in brackets, in any spelling
 */
export function networkOf(address: string): string {
  const bare = /^\[([^\]]*)\](?::\d+)?$|^(\d+(?:\.\d+){3})(?::\d+)?$/.exec(address.trim());
  const plain = (bare?.[1] ?? bare?.[2] ?? address.trim()).replace(/%.*$/, "");
  const spelled = plain.includes(":") ? spellAlike(plain) : plain;
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/.exec(spelled);
  if (mapped?.[1]) return mapped[1];
  if (!spelled.includes(":")) return spelled;
  const [head = "", tail = ""] = spelled.split("::");
  const before = head.split(":").filter(Boolean);
  const after = tail.split(":").filter(Boolean);
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  return [...before, ...zeros, ...after].slice(0, 4).join(":");
}

/** @returns the one spelling that an IPv6 address has; what is none, as it stands */
function spellAlike(address: string): string {
  try {
    return new SocketAddress({ address, family: "ipv6" }).address;
  } catch {
    return address;
  }
}
