// Parameters that not every OpenAI-compatible server knows: sent until one refuses them, then left out.
import { LanguageModelError } from "../model-ports.ts";

interface Wanted {
  fixed: { stream: boolean };
  maxTokens: number;
}

/** Names as servers write them into a refusal; the ones below replace or go without. */
const optional = ["stream_options", "temperature", "max_tokens", "max_completion_tokens"] as const;
type Name = (typeof optional)[number];

/** Remembers, as long as it lives, what the server refused. */
export function createParameters() {
  const refused = new Set<Name>();

  const body = ({ fixed, maxTokens }: Wanted) => ({
    ...fixed,
    // Without it the counts do not come in a stream.
    ...(fixed.stream && !refused.has("stream_options") && { stream_options: { include_usage: true } }),
    ...(!refused.has("temperature") && { temperature: 0.1 }),
    ...limit(maxTokens),
  });
  /** OpenAI's newer models want the newer name; the local servers know the older one. */
  const limit = (maxTokens: number) => {
    if (!refused.has("max_tokens")) return { max_tokens: maxTokens };
    return refused.has("max_completion_tokens") ? {} : { max_completion_tokens: maxTokens };
  };

  return {
    async fitting<T>(wanted: Wanted, send: (body: object) => Promise<T>): Promise<T> {
      for (;;) {
        const sent = body(wanted);
        try {
          return await send(sent);
        } catch (error) {
          const name =
            error instanceof LanguageModelError && error.fault === "model-rejected" && refusedIn(error, sent);
          if (!name) throw error;
          refused.add(name);
        }
      }
    },
  };
}

function refusedIn({ message }: LanguageModelError, sent: object): Name | undefined {
  return optional.find((name) => name in sent && new RegExp(`\\b${name}\\b`).test(message));
}
