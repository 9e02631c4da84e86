// Tells a refusal by the marker that an answer begins with, and keeps the marker from readers.

export interface RefusalReader {
  /** @returns text that readers may see. */
  push(text: string): string;
  /** @returns what was held back. */
  end(): string;
  refused(): boolean;
}

export function createRefusalReader(marker: string): RefusalReader {
  let held = "";
  let decided = false;
  let refused = false;
  /** Blanks after the marker are not part of the text. */
  let begun = false;

  const afterMarker = (text: string): string => {
    const rest = begun ? text : text.trimStart();
    begun ||= rest !== "";
    return rest;
  };
  const decide = (): string => {
    const text = held.trimStart();
    if (text.startsWith(marker)) {
      decided = true;
      refused = true;
      return afterMarker(text.slice(marker.length));
    }
    if (marker.startsWith(text)) return "";
    decided = true;
    return held;
  };
  return {
    push(text) {
      if (decided) return refused ? afterMarker(text) : text;
      held += text;
      return decide();
    },
    end() {
      return decided ? "" : held;
    },
    refused: () => refused,
  };
}
