// A conversation as a Markdown file: its questions, every answer, and under each the places that it cites as footnotes.
import { plainLine, plainQuote, tameMarkdown } from "./markdown-text.ts";
import type { ConversationModel, MessageModel } from "./models/conversation.ts";

/** As many as the chat shows. */
const shownClosest = 2;

/**
 * @param messages each question followed by its answers, the oldest first
 * @returns the file piece by piece
 */
export async function* conversationMarkdown(
  { title }: Pick<ConversationModel, "title">,
  messages: AsyncIterable<MessageModel>,
  exportedAt: Date,
): AsyncGenerator<string> {
  yield `# ${plainLine(title)}\n\nExported from Pagewise on ${exportedAt.toISOString().slice(0, 10)}.\n`;
  let questions = 0;
  let answers = 0;
  for await (const { message, isReplaced } of withReplaced(messages)) {
    if (message.role === "user") {
      questions += 1;
      answers = 0;
      yield `\n## Question ${questions}\n\n${plainQuote(message.text)}\n`;
    } else {
      answers += 1;
      yield `\n### ${isReplaced ? "Earlier answer" : "Answer"}\n\n${answerMarkdown(message, numberOf(questions, answers))}`;
    }
  }
}

/** Notes carry the number of their question; those of its further answers a letter too: "2", "2b". */
function numberOf(question: number, answer: number): string {
  return answer > 1
    ? `${question}${String.fromCharCode(96 + Math.min(answer, 26))}${answer > 26 ? answer : ""}`
    : `${question}`;
}

/** An answer is an earlier one where another one of the same question follows. */
async function* withReplaced(messages: AsyncIterable<MessageModel>) {
  let before: MessageModel | undefined;
  for await (const message of messages) {
    if (before) yield { message: before, isReplaced: before.role === "assistant" && message.role === "assistant" };
    before = message;
  }
  if (before) yield { message: before, isReplaced: false };
}

function answerMarkdown(message: MessageModel, number: string): string {
  const { text, citations, cited } = message;
  const used = citations.filter(({ index }) => cited.includes(index));
  const body = tameMarkdown(text).replace(/\[(\d{1,3})\]/g, (mark, index) =>
    cited.includes(Number(index)) ? `[^${number}-${index}]` : mark,
  );
  const notes = used.map(
    ({ index, filename, page, quote }) =>
      // Ends as no link's definition can end, for readers that know no footnotes.
      `[^${number}-${index}]: ${plainLine(filename)}, page ${page}: “${plainLine(quote)}”`,
  );
  const parts = [body, closest(message), remark(message), notes.join("\n")];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Of an answer that found nothing: what its reader was shown instead. */
function closest({ finish_reason, citations }: MessageModel): string {
  if (finish_reason !== "refused" || citations.length === 0) return "";
  const found = citations
    .slice(0, shownClosest)
    .map(({ filename, page, quote }) => `- ${plainLine(filename)}, page ${page}: “${plainLine(quote)}”`);
  return `The closest that was found:\n\n${found.join("\n")}`;
}

/** What the reader should know about how it ended. */
function remark({ status, error, finish_reason, unsupported }: MessageModel): string {
  if (status === "streaming") return "*It was still being written when this was exported.*";
  if (status === "stopped") return "*It was stopped here.*";
  if (status === "failed") return `*It broke off. ${plainLine(error?.detail ?? "")}*`.replace(" *", "*");
  if (finish_reason === "length") return "*It was cut at its greatest length.*";
  if (unsupported.length === 0) return "";
  return `*No page was found for ${unsupported.length === 1 ? "one part" : `${unsupported.length} parts`} of it. Check what matters.*`;
}
