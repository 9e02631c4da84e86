// Text without what nobody sees: control characters, zero-width and reordering ones, and letters of the invisible alphabet.

/**
 * Everything that Unicode lets a renderer leave out, but line breaks and tabs. Documents carry orders to a model in such
 * characters, and overrides of direction show a reader other words than stand there.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const hidden = /[\p{DI}\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufff9-\ufffb]/u;
/** The flags of England, Scotland and Wales are the only tag sequences in use. */
const flag =
  "\\u{1f3f4}\\u{e0067}\\u{e0062}(?:\\u{e0065}\\u{e006e}\\u{e0067}|\\u{e0073}\\u{e0063}\\u{e0074}|\\u{e0077}\\u{e006c}\\u{e0073})\\u{e007f}";
const flagOrHidden = new RegExp(`(?<flag>${flag})|${hidden.source}`, "gu");
const everyHidden = new RegExp(hidden, "gu");
const halfOfPair = /[\ud800-\udbff]$/;

const rightToLeft = /[\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}]/u;
const joined =
  /[\p{sc=Arabic}\p{sc=Syriac}\p{sc=Mongolian}\p{sc=Devanagari}\p{sc=Bengali}\p{sc=Gurmukhi}\p{sc=Gujarati}\p{sc=Oriya}\p{sc=Tamil}\p{sc=Telugu}\p{sc=Kannada}\p{sc=Malayalam}\p{sc=Sinhala}\p{sc=Tibetan}\p{sc=Myanmar}\p{sc=Khmer}]/u;
/** A joiner within an emoji follows a picture, its colour, or the wish to see it in colours. */
const picture = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f/u;

/** Whether a hidden character belongs where it stands: each of these follows what it changes, once. */
function belongs(character: string, before: string, line: () => string): boolean {
  switch (character) {
    case "\u200c":
      return joined.test(before);
    case "\u200d":
      return joined.test(before) || picture.test(before);
    case "\ufe0e":
    case "\ufe0f":
      return /\p{Emoji}/u.test(before);
    case "\u061c":
    case "\u200e":
    case "\u200f":
      // Between Latin words they only move punctuation and figures about.
      return !hidden.test(before) && rightToLeft.test(line());
  }
  if (/[\u180b-\u180d\u180f]/.test(character)) return /\p{sc=Mongolian}/u.test(before);
  return /[\ufe00-\ufe02\u{e0100}-\u{e01ef}]/u.test(character) && /\p{sc=Han}/u.test(before);
}

/** Line breaks and tabs stay, and so do the joiners, directions and variants of the scripts and emoji that need them. */
export function visible(text: string): string {
  return hidden.test(text) ? cleaned(text, "") : text;
}

/** Nothing hidden at all is left: for comparing. */
export function withoutHidden(text: string): string {
  return hidden.test(text) ? text.replace(everyHidden, "") : text;
}

/** @param before what the reader has seen of the line so far. */
function cleaned(text: string, before: string): string {
  let seen = before;
  let from = 0;
  for (const match of text.matchAll(flagOrHidden)) {
    const [character] = match;
    seen += text.slice(from, match.index);
    from = match.index + character.length;
    if (match.groups?.flag) seen += character;
    else if (character === "\u2028" || character === "\u2029") seen += "\n";
    else if (belongs(character, lastCharacter(seen), () => lineOf(seen))) seen += character;
  }
  return seen.slice(before.length) + text.slice(from);
}

function lastCharacter(text: string): string {
  const end = text.slice(-2);
  return (end.codePointAt(0) ?? 0) > 0xffff ? end : end.slice(-1);
}

/** Of a line that is longer than this only its end decides what may stand next. */
const rememberedLine = 400;

/** The last line of a text. */
function lineOf(text: string): string {
  return text.slice(Math.max(text.lastIndexOf("\n") + 1, text.length - rememberedLine));
}

/**
 * Where a text ends in what may yet become such a flag. Without a regular expression: that of Node 26 misses three tags and
 * more behind the flag.
 */
function flagBegun(text: string): number | null {
  const at = text.lastIndexOf("\u{1f3f4}");
  if (at < 0) return null;
  const tags = [...text.slice(at + 2)];
  return tags.length <= 5 && tags.every((tag) => tag >= "\u{e0061}" && tag <= "\u{e007a}") ? at : null;
}

export interface VisibleFilter {
  /** @returns what can be seen of the text so far and was not returned yet. */
  push(text: string): string;
  end(): string;
}

/** The same as `visible` for text that comes in pieces. */
export function createVisibleFilter(): VisibleFilter {
  let held = "";
  let line = "";
  const release = (text: string) => {
    const shown = hidden.test(text) ? cleaned(text, line) : text;
    line = lineOf(line + shown);
    return shown;
  };
  return {
    push(text) {
      const all = held + text;
      const whole = all.replace(halfOfPair, "");
      const end = flagBegun(whole) ?? whole.length;
      held = all.slice(end);
      return release(all.slice(0, end));
    },
    end() {
      const rest = held;
      held = "";
      return release(rest);
    },
  };
}
