// Tells text from what a font without a way back to Unicode leaves: control and private-use characters.

/** Controls, private use in all planes, replacement characters and halves of characters. */
const meaningless =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is counted
  /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ue000-\uf8ff\ufffd\u{f0000}-\u{10ffff}\ud800-\udfff]/gu;
const visible = /[^\s]/gu;

/**
 * More than half of the characters mean nothing. Not less: bullets and symbols of a presentation are private-use
 * characters too, among text that can be read.
 */
export function isGarbled(text: string): boolean {
  const wrong = text.match(meaningless)?.length ?? 0;
  return wrong > 0 && wrong * 2 > (text.match(visible)?.length ?? 0);
}
