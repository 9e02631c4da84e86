// Routes of people: registering, signing in and out, and one's own account.
import type { User } from "@pagewise/sdk/contract";
import { z } from "zod";
import { deleteAccount } from "../account-deletion.ts";
import type { Account } from "../models/user.ts";
import type { Services } from "../services.ts";
import { endSession, openSession, refreshSession } from "../sessions.ts";
import { changePassword, createPasswordCheck, maxPasswordBytes, registerUser } from "../users.ts";
import { createAttempts } from "./attempts.ts";
import { sessionOf } from "./auth.ts";
import type { Routes } from "./operation.ts";
import { tokenPair, user } from "./schemas.ts";

const email = z.string().trim().max(254).pipe(z.email("is not an email address"));
const newPassword = z
  .string()
  .refine((value) => [...value].length >= 10, "needs at least 10 characters")
  .refine((value) => Buffer.byteLength(value) <= maxPasswordBytes, `may hold at most ${maxPasswordBytes} bytes`)
  .meta({ minLength: 10, description: `At most ${maxPasswordBytes} bytes of UTF-8.` });
/** Whatever was once accepted or mistyped; it is only compared. */
const anyPassword = z.string().max(1000);

const registration = z.object({ email, password: newPassword });
const login = z.object({ email: z.string().trim().max(1000), password: anyPassword });
const refresh = z.object({ refresh_token: z.string().min(1).max(1000) });
const passwordChange = z.object({ current_password: anyPassword, new_password: newPassword });
const deletion = z.object({ password: anyPassword });

const exampleEmail = "ada@example.com";
const examplePassword = "correct horse battery";
const exampleRefresh = { refresh_token: "3q2-7w" };

export function addUsersRoutes(routes: Routes, services: Services): void {
  const passwords = createPasswordCheck(services);
  const attempts = createAttempts(services.config.loginAttempts);
  addSignIn(routes, services, { passwords, attempts });
  addAccount(routes, services, { passwords, attempts });
}

interface Checks {
  passwords: ReturnType<typeof createPasswordCheck>;
  attempts: ReturnType<typeof createAttempts>;
}

function addSignIn(routes: Routes, services: Services, { passwords, attempts }: Checks): void {
  const shared = { method: "post", tag: "People", callers: "anyone" } as const;
  routes.add(
    {
      ...{ ...shared, path: "/users/register", id: "register", summary: "Make an account" },
      body: registration,
      example: { email: exampleEmail, password: examplePassword },
      answers: { 201: { description: "The account. Sign in next.", schema: user } },
      problems: ["email-taken"],
    },
    async (ctx, { body }) => {
      ctx.body = presentUser(await registerUser(services, body.email, body.password));
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
      const { id } = await attempts.run(ctx, body.email, () => passwords.identify(body.email, body.password));
      ctx.body = await openSession(services, id);
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
      ctx.body = await refreshSession(services, body.refresh_token);
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
      await endSession(services, body.refresh_token);
      ctx.status = 204;
    },
  );
}

function addAccount(routes: Routes, services: Services, { passwords, attempts }: Checks): void {
  const shared = { tag: "People", callers: ["user"] as "user"[] };
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
  routes.add(
    {
      ...{
        ...shared,
        method: "post",
        path: "/users/me/password",
        id: "changePassword",
        summary: "Change the password",
      },
      body: passwordChange,
      example: { current_password: examplePassword, new_password: "battery staple correct" },
      answers: { 204: { description: "It is changed, and every other sign-in has ended." } },
      problems: ["invalid-credentials", "too-many-attempts"],
    },
    async (ctx, { body }) => {
      const session = sessionOf(ctx);
      await attempts.run(ctx, session.userId, () => passwords.prove(session, body.current_password));
      await changePassword(services, session, body.new_password);
      ctx.status = 204;
    },
  );
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
      await attempts.run(ctx, session.userId, () => passwords.prove(session, body.password));
      await deleteAccount(services, session.userId);
      ctx.status = 204;
    },
  );
}

function presentUser({ id, email, created_at }: Account): User {
  return { id, email, created_at: created_at.toISOString() };
}
