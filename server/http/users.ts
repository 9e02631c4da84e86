// Routes of people: registering, signing in and out.
import { z } from "zod";
import { recordAudit } from "../audit.ts";
import { networkOf, tooManyRequests } from "../limits.ts";
import type { Services } from "../services.ts";
import { endSession, openSession, refreshSession } from "../sessions.ts";
import { createPasswordCheck, registerUser } from "../users.ts";
import { addAccountRoutes, type Checks, presentUser } from "./account.ts";
import { createAttempts } from "./attempts.ts";
import type { Routes } from "./operation.ts";
import { anyPassword, examplePassword, newPassword, refuseEasy } from "./password-fields.ts";
import { tokenPair, user } from "./schemas.ts";

const email = z.string().trim().max(254).pipe(z.email("is not an email address"));

const registration = z.object({ email, password: newPassword });
const login = z.object({ email: z.string().trim().max(1000), password: anyPassword });
const refresh = z.object({ refresh_token: z.string().min(1).max(1000) });

const exampleEmail = "ada@example.com";
const exampleRefresh = { refresh_token: "3q2-7w" };

export function addUsersRoutes(routes: Routes, services: Services): void {
  const passwords = createPasswordCheck(services);
  const attempts = createAttempts(services);
  addSignIn(routes, services, { passwords, attempts });
  addAccountRoutes(routes, services, { passwords, attempts });
}

function addSignIn(routes: Routes, services: Services, { passwords, attempts }: Checks): void {
  const shared = { method: "post", tag: "People", callers: "anyone" } as const;
  const { limits, config } = services;
  const anHour = { points: config.registrationsPerHour, seconds: 3600 };
  routes.add(
    {
      ...{ ...shared, path: "/users/register", id: "register", summary: "Make an account" },
      body: registration,
      example: { email: exampleEmail, password: examplePassword },
      answers: { 201: { description: "The account. Sign in next.", schema: user } },
      problems: ["email-taken", "too-many-requests"],
    },
    async (ctx, { body }) => {
      refuseEasy("/password", body.password, body.email);
      // Also those that fail: each tells whether an email has an account.
      const refused = await limits.take("registration", networkOf(ctx.ip), anHour);
      if (refused) throw tooManyRequests("Very many accounts have been asked for from your network.", refused);
      const account = await registerUser(services, body.email, body.password);
      await recordAudit(services, { userId: account.id, event: "registered", address: ctx.ip });
      ctx.body = presentUser(account);
      ctx.status = 201;
    },
  );
  routes.add(
    {
      ...{ ...shared, path: "/users/login", id: "login", summary: "Sign in" },
      description: "An unknown email and a wrong password are answered alike, in the same time.",
      body: login,
      example: { email: exampleEmail, password: examplePassword },
      answers: {
        200: { description: "An access token of 15 minutes, and a refresh token of 30 days.", schema: tokenPair },
      },
      problems: ["invalid-credentials", "too-many-attempts"],
    },
    async (ctx, { body }) => {
      const identify = () => passwords.identify(body.email, body.password, ctx.ip);
      const known = await attempts.run(ctx, body.email, identify);
      const tokens = await openSession(services, known);
      await recordAudit(services, { userId: known.id, event: "login", address: ctx.ip });
      ctx.body = tokens;
    },
  );
  routes.add(
    {
      ...{ ...shared, path: "/users/refresh", id: "refresh", summary: "Take new tokens for a refresh token" },
      description:
        "The refresh token is spent by it. Within 10 seconds it may come once more, from a second tab; later it ends " +
        "the whole sign-in, for one of its two holders is a thief.",
      body: refresh,
      example: exampleRefresh,
      answers: { 200: { description: "Tokens that take the place of the old ones.", schema: tokenPair } },
      problems: ["unauthorized"],
    },
    async (ctx, { body }) => {
      ctx.body = await refreshSession(services, body.refresh_token, ctx.ip);
    },
  );
  routes.add(
    {
      ...{ ...shared, path: "/users/logout", id: "logout", summary: "Sign out" },
      body: refresh,
      example: exampleRefresh,
      answers: { 204: { description: "Every token of this sign-in has ended." } },
      problems: [],
    },
    async (ctx, { body }) => {
      const userId = await endSession(services, body.refresh_token);
      if (userId) await recordAudit(services, { userId, event: "logout", address: ctx.ip });
      ctx.status = 204;
    },
  );
}
