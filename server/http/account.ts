// Routes of one's own account: who is signed in, the password, the sign-ins, what happened, and the end of it all.
import type { Activity, Page, User } from "@pagewise/sdk/contract";
import { z } from "zod";
import { deleteAccount } from "../account-deletion.ts";
import { listActivity, recordAudit } from "../audit.ts";
import type { AuditEventModel } from "../models/audit-event.ts";
import type { Account } from "../models/user.ts";
import type { Services } from "../services.ts";
import { endSessions } from "../sessions.ts";
import { changePassword, type PasswordCheck } from "../users.ts";
import type { Attempts } from "./attempts.ts";
import { sessionOf } from "./auth.ts";
import type { Routes } from "./operation.ts";
import { encodeCursor, paging, readCursor } from "./parameters.ts";
import { anyPassword, examplePassword, newPassword, refuseEasy } from "./password-fields.ts";
import { activity, pageOf, user } from "./schemas.ts";

const passwordChange = z.object({ current_password: anyPassword, new_password: newPassword });
const deletion = z.object({ password: anyPassword });
const which = z.object({
  all: z.enum(["1"]).optional().meta({ description: "This sign-in too." }),
});

const shared = { tag: "People", callers: ["user"] as "user"[] };

export interface Checks {
  passwords: PasswordCheck;
  attempts: Attempts;
}

export function addAccountRoutes(routes: Routes, services: Services, checks: Checks): void {
  routes.add(
    {
      ...{ ...shared, method: "get", path: "/users/me", id: "getAccount", summary: "Who is signed in" },
      answers: { 200: { description: "The account.", schema: user } },
      problems: [],
    },
    (ctx) => {
      ctx.body = presentUser(sessionOf(ctx).account);
    },
  );
  addPassword(routes, services, checks);
  addSessions(routes, services);
  addActivity(routes, services);
  addDeletion(routes, services, checks);
}

function addPassword(routes: Routes, services: Services, { passwords, attempts }: Checks): void {
  routes.add(
    {
      ...{ ...shared, method: "post", path: "/users/me/password", id: "changePassword" },
      summary: "Change the password",
      body: passwordChange,
      example: { current_password: examplePassword, new_password: "battery staple correct" },
      answers: { 204: { description: "It is changed, and every other sign-in has ended." } },
      problems: ["invalid-credentials", "too-many-attempts"],
    },
    async (ctx, { body }) => {
      const session = sessionOf(ctx);
      const { userId, account } = session;
      refuseEasy("/new_password", body.new_password, account.email);
      const proven = await attempts.run(ctx, userId, () => passwords.prove(session, body.current_password, ctx.ip));
      await changePassword(services, session, proven, body.new_password);
      await recordAudit(services, { userId, event: "password-changed", address: ctx.ip });
      ctx.status = 204;
    },
  );
}

function addSessions(routes: Routes, services: Services): void {
  routes.add(
    {
      ...{ ...shared, method: "delete", path: "/users/me/sessions", id: "endSessions", query: which },
      summary: "Sign out everywhere",
      answers: { 204: { description: "Every other sign-in has ended at once." } },
      problems: [],
    },
    async (ctx, { query: { all } }) => {
      const { userId, sessionId } = sessionOf(ctx);
      await endSessions(services, userId, all ? null : sessionId);
      await recordAudit(services, { userId, event: "sessions-ended", address: ctx.ip });
      ctx.status = 204;
    },
  );
}

function addActivity(routes: Routes, services: Services): void {
  routes.add(
    {
      ...{ ...shared, method: "get", path: "/users/me/activity", id: "listActivity", query: z.object(paging) },
      summary: "What happened to the account, newest first",
      description: "Kept 90 days, of each event the last 200. Of an address no more than its network is kept.",
      answers: { 200: { description: "A page of events.", schema: pageOf(activity) } },
      problems: [],
    },
    async (ctx, { query: { limit, cursor } }) => {
      const page = { limit: limit + 1, before: readCursor(cursor, {}) };
      const rows = await listActivity(services, sessionOf(ctx).userId, page);
      const data = rows.slice(0, limit).map(presentActivity);
      const last = rows.length > limit ? data.at(-1) : undefined;
      ctx.body = { data, next_cursor: last ? encodeCursor(last.id, {}) : null } satisfies Page<Activity>;
    },
  );
}

function addDeletion(routes: Routes, services: Services, { passwords, attempts }: Checks): void {
  routes.add(
    {
      ...{ ...shared, method: "delete", path: "/users/me", id: "deleteAccount", summary: "Delete the account" },
      body: deletion,
      example: { password: examplePassword },
      answers: { 204: { description: "It is gone, with everything that was its own." } },
      problems: ["invalid-credentials", "too-many-attempts"],
    },
    async (ctx, { body }) => {
      const session = sessionOf(ctx);
      await attempts.run(ctx, session.userId, () => passwords.prove(session, body.password, ctx.ip));
      await deleteAccount(services, session.userId);
      ctx.status = 204;
    },
  );
}

export function presentUser({ id, email, created_at }: Account): User {
  return { id, email, created_at: created_at.toISOString() };
}

function presentActivity({ id, event, subject, network, created_at }: AuditEventModel): Activity {
  return { id, event, subject, network, created_at: created_at.toISOString() };
}
