// What every test of the client begins with, and how it looks at failures and answers.
import type { ChatEvent } from "../contract.ts";
import { type AnswerStream, type ClientOptions, createClient, isApiError } from "../index.ts";

/** A client that hardly waits between its tries. */
export const clientOf = (url: string, options: Partial<ClientOptions> = {}) =>
  createClient({ baseUrl: url, backoffMs: 1, ...options });

/** What the promise rejects with. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no failure",
    (error) => error,
  );

export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error = await failureOf(promise);
  return isApiError(error) ? error.code : error;
}

export async function readAll(stream: AnswerStream): Promise<ChatEvent[]> {
  const list: ChatEvent[] = [];
  for await (const event of stream) list.push(event);
  return list;
}
