// Who writes answers and who embeds, by the settings of the providers: two choices that do not depend on each other.

type ModelSettings =
  | { provider: "gemini"; apiKey: string; model: string /** null: Google's own. */; baseUrl: string | null }
  | {
      provider: "openai" /** null: the server asks for none. */;
      apiKey: string | null;
      model: string;
      baseUrl: string;
    };

export interface ModelChoices {
  /** null: the built-in extractive answerer. */
  answers: ModelSettings | null;
  /** null: retrieval by words alone. */
  embeddings: ModelSettings | null;
}

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
export function chooseModels(values: Values, faults: string[]): ModelChoices {
  const { GEMINI_API_KEY: geminiKey, OPENAI_API_KEY: openAiKey = null } = values;
  for (const name of ["GEMINI_MODEL", "GEMINI_EMBEDDING_MODEL", "GEMINI_BASE_URL"] as const) {
    if (values[name] && !geminiKey) faults.push(`${name}: needs GEMINI_API_KEY`);
  }
  for (const name of ["OPENAI_MODEL", "OPENAI_EMBEDDING_MODEL"] as const) {
    if (values[name] && !values.OPENAI_BASE_URL && openAiKey === null) {
      faults.push(`${name}: needs OPENAI_BASE_URL for a server, or OPENAI_API_KEY for OpenAI itself`);
    }
  }
  // A key of OpenAI's alone may stand in the environment for something else; an address says what it is for.
  if (values.OPENAI_BASE_URL && !values.OPENAI_MODEL && !values.OPENAI_EMBEDDING_MODEL) {
    faults.push("OPENAI_BASE_URL: needs OPENAI_MODEL for answers, OPENAI_EMBEDDING_MODEL for embeddings, or both");
  }

  const gemini = (model: string | undefined): ModelSettings | null =>
    geminiKey && model
      ? { provider: "gemini", apiKey: geminiKey, model, baseUrl: values.GEMINI_BASE_URL ?? null }
      : null;
  const openAi = (model: string | undefined): ModelSettings | null =>
    model ? { provider: "openai", apiKey: openAiKey, model, baseUrl: values.OPENAI_BASE_URL ?? openAiItself } : null;

  return {
    answers: oneOf(gemini(geminiModel(values)), openAi(values.OPENAI_MODEL), {
      fault: geminiAnswersToo(values),
      faults,
    }),
    embeddings: oneOf(gemini(values.GEMINI_EMBEDDING_MODEL), openAi(values.OPENAI_EMBEDDING_MODEL), {
      fault: "GEMINI_EMBEDDING_MODEL and OPENAI_EMBEDDING_MODEL: only one can embed; keep one",
      faults,
    }),
  };
}

/** A key without any model's name means answers; beside OpenAI's answers it may be there for embeddings alone. */
function geminiModel({ GEMINI_MODEL, GEMINI_EMBEDDING_MODEL, OPENAI_MODEL }: Values): string | undefined {
  if (GEMINI_MODEL === "none") return undefined;
  if (GEMINI_MODEL) return GEMINI_MODEL;
  return OPENAI_MODEL && GEMINI_EMBEDDING_MODEL ? undefined : defaultGeminiModel;
}

function geminiAnswersToo({ GEMINI_MODEL }: Values): string {
  return GEMINI_MODEL
    ? "GEMINI_MODEL and OPENAI_MODEL: only one can answer; keep one"
    : "GEMINI_API_KEY and OPENAI_MODEL: only one can answer; keep one, or set GEMINI_EMBEDDING_MODEL for what the key is for";
}

function oneOf<T>(first: T | null, second: T | null, { fault, faults }: { fault: string; faults: string[] }): T | null {
  if (first && second) faults.push(fault);
  return first ?? second;
}
