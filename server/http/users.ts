// Routes of people: registering, signing in and out, and one's own account.
import Router from "@koa/router";
import type { User } from "@pagewise/sdk/contract";
import { z } from "zod";
import { deleteAccount } from "../account-deletion.ts";
import type { Account } from "../models/user.ts";
import { maxPasswordBytes } from "../password-rules.ts";
import type { Services } from "../services.ts";
import { endSession, openSession, refreshSession } from "../sessions.ts";
import { changePassword, createPasswordCheck, registerUser } from "../users.ts";
import { createAttempts } from "./attempts.ts";
import { requireUser, sessionOf } from "./auth.ts";
import { jsonBody, validate } from "./validate.ts";

const email = z.string().trim().max(254).pipe(z.email("is not an email address"));
const newPassword = z
  .string()
  .refine((value) => [...value].length >= 10, "needs at least 10 characters")
  .refine((value) => Buffer.byteLength(value) <= maxPasswordBytes, `may hold at most ${maxPasswordBytes} bytes`);
/** Whatever was once accepted or mistyped; it is only compared. */
const anyPassword = z.string().max(1000);

const registration = z.object({ email, password: newPassword });
const login = z.object({ email: z.string().trim().max(1000), password: anyPassword });
const refresh = z.object({ refresh_token: z.string().min(1).max(1000) });
const passwordChange = z.object({ current_password: anyPassword, new_password: newPassword });

export function usersRoutes(services: Services): Router {
  const router = new Router();
  const signedIn = requireUser(services);
  const passwords = createPasswordCheck(services);
  const attempts = createAttempts(services.config.loginAttempts);

  router.post("/users/register", jsonBody, async (ctx) => {
    const body = validate(registration, ctx.request.body);
    ctx.body = presentUser(await registerUser(services, body.email, body.password));
    ctx.status = 201;
  });

  router.post("/users/login", jsonBody, async (ctx) => {
    const body = validate(login, ctx.request.body);
    const user = await attempts.run(ctx, body.email, () => passwords.identify(body.email, body.password));
    ctx.body = await openSession(services, user);
  });

  router.post("/users/refresh", jsonBody, async (ctx) => {
    ctx.body = await refreshSession(services, validate(refresh, ctx.request.body).refresh_token);
  });

  router.post("/users/logout", jsonBody, async (ctx) => {
    await endSession(services, validate(refresh, ctx.request.body).refresh_token);
    ctx.status = 204;
  });

  router.get("/users/me", signedIn, (ctx) => {
    ctx.body = presentUser(sessionOf(ctx).account);
  });

  router.post("/users/me/password", signedIn, jsonBody, async (ctx) => {
    const session = sessionOf(ctx);
    const body = validate(passwordChange, ctx.request.body);
    const proven = await attempts.run(ctx, session.userId, () => passwords.prove(session, body.current_password));
    await changePassword(services, session, proven, body.new_password);
    ctx.status = 204;
  });

  router.delete("/users/me", signedIn, jsonBody, async (ctx) => {
    const session = sessionOf(ctx);
    const body = validate(z.object({ password: anyPassword }), ctx.request.body);
    await attempts.run(ctx, session.userId, () => passwords.prove(session, body.password));
    await deleteAccount(services, session.userId);
    ctx.status = 204;
  });

  return router;
}

function presentUser({ id, email, created_at }: Account): User {
  return { id, email, created_at: created_at.toISOString() };
}
