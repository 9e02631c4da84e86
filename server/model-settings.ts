// Who writes answers and who embeds, by the settings of the providers: two choices that do not depend on each other.

export interface ModelSettings {
  /** null: the built-in extractive answerer. */
  answers: ModelChoice | null;
  /** null: retrieval by words alone. */
  embeddings: ModelChoice | null;
  /** How each provider is reached, where it is, whatever it is for; null inside: Google's own address, no key. */
  access: {
    gemini: { apiKey: string; baseUrl: string | null } | null;
    openai: { apiKey: string | null; baseUrl: string } | null;
  };
}

export interface ModelChoice {
  provider: Provider;
  model: string;
}

type Provider = "gemini" | "openai";

interface Values {
  GEMINI_API_KEY?: string | undefined;
  GEMINI_BASE_URL?: string | undefined;
  GEMINI_MODEL?: string | undefined;
  GEMINI_EMBEDDING_MODEL?: string | undefined;
  OPENAI_API_KEY?: string | undefined;
  OPENAI_BASE_URL?: string | undefined;
  OPENAI_MODEL?: string | undefined;
  OPENAI_EMBEDDING_MODEL?: string | undefined;
}

/** An alias of Google's for the current one: a name of a version ends some day. */
const defaultGeminiModel = "gemini-flash-latest";
const openAiItself = "https://api.openai.com/v1";

/** Adds to `faults` what is missing, of no use, or ambiguous. */
export function readModelSettings(values: Values, faults: string[]): ModelSettings {
  const { GEMINI_API_KEY: geminiKey, OPENAI_API_KEY: openAiKey, OPENAI_BASE_URL: openAiUrl } = values;
  for (const name of ["GEMINI_MODEL", "GEMINI_EMBEDDING_MODEL", "GEMINI_BASE_URL"] as const) {
    if (values[name] && !geminiKey) faults.push(`${name}: needs GEMINI_API_KEY`);
  }
  for (const name of ["OPENAI_MODEL", "OPENAI_EMBEDDING_MODEL"] as const) {
    if (values[name] && !openAiUrl && !openAiKey) {
      faults.push(`${name}: needs OPENAI_BASE_URL for a server, or OPENAI_API_KEY for OpenAI itself`);
    }
  }
  // A key of OpenAI's alone may stand in the environment for something else; an address says what it is for.
  if (openAiUrl && !values.OPENAI_MODEL && !values.OPENAI_EMBEDDING_MODEL) {
    faults.push("OPENAI_BASE_URL: needs OPENAI_MODEL for answers, OPENAI_EMBEDDING_MODEL for embeddings, or both");
  }
  const gemini = choice("gemini", geminiKey ? geminiModel(values) : undefined);
  const geminiEmbedding = choice("gemini", geminiKey ? values.GEMINI_EMBEDDING_MODEL : undefined);
  const openAi = choice("openai", values.OPENAI_MODEL);
  const openAiEmbedding = choice("openai", values.OPENAI_EMBEDDING_MODEL);
  if (gemini && openAi) faults.push(twoAnswer(values));
  if (geminiEmbedding && openAiEmbedding) {
    faults.push("GEMINI_EMBEDDING_MODEL and OPENAI_EMBEDDING_MODEL: only one can embed; keep one");
  }
  return {
    answers: gemini ?? openAi,
    embeddings: geminiEmbedding ?? openAiEmbedding,
    access: {
      gemini: geminiKey ? { apiKey: geminiKey, baseUrl: values.GEMINI_BASE_URL ?? null } : null,
      openai: openAi || openAiEmbedding ? { apiKey: openAiKey ?? null, baseUrl: openAiUrl ?? openAiItself } : null,
    },
  };
}

function choice(provider: Provider, model: string | undefined): ModelChoice | null {
  return model ? { provider, model } : null;
}

/** A key without any model's name means answers; beside OpenAI's answers it may be there for embeddings alone. */
function geminiModel({ GEMINI_MODEL, GEMINI_EMBEDDING_MODEL, OPENAI_MODEL }: Values): string | undefined {
  if (GEMINI_MODEL === "none") return undefined;
  if (GEMINI_MODEL) return GEMINI_MODEL;
  return OPENAI_MODEL && GEMINI_EMBEDDING_MODEL ? undefined : defaultGeminiModel;
}

function twoAnswer({ GEMINI_MODEL }: Values): string {
  return GEMINI_MODEL
    ? "GEMINI_MODEL and OPENAI_MODEL: only one can answer; keep one"
    : "GEMINI_API_KEY and OPENAI_MODEL: only one can answer; keep one, or set GEMINI_EMBEDDING_MODEL for what the key is for";
}
