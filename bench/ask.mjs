// Asks the product one question as a reader does: follows the answer's events and takes the time of each.

/**
 * @param account what `signIn` of product.mjs returned.
 * @param documentIds absent: every document of the account.
 * @returns the answer's text, its citations, what `done` said, and milliseconds until the citations and until the end.
 */
export async function ask(account, question, documentIds) {
  const begun = performance.now();
  const response = await askAllowed(account, { message: question, document_ids: documentIds });
  const answer = { text: "", citations: [], citationsMs: null };
  for await (const { event, data } of eventsOf(response.body)) {
    if (event === "citations") Object.assign(answer, data, { citationsMs: performance.now() - begun });
    if (event === "delta") answer.text += data.text;
    if (event === "done") return { ...answer, done: data, ms: performance.now() - begun };
    if (event === "error") throw new Error(`“${question}” ended with ${JSON.stringify(data)}`);
  }
  throw new Error(`“${question}” was cut off`);
}

/** A server that counts questions is waited for. */
async function askAllowed(account, body) {
  for (;;) {
    const response = await account.send("/chat", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) return response;
    const seconds = Number(response.headers.get("Retry-After"));
    const problem = await response.text();
    if (response.status !== 429 || !seconds) throw new Error(`/chat: ${response.status} ${problem}`);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

async function* eventsOf(body) {
  let held = "";
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    held += text;
    const frames = held.split("\n\n");
    held = frames.pop() ?? "";
    for (const frame of frames) {
      const event = /^event: (.*)$/m.exec(frame)?.[1];
      if (event) yield { event, data: JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? "null") };
    }
  }
}
