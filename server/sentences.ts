// Full stops that do not end a sentence.

const abbreviation =
  /(?:^|[\s("'“])(?:\p{Lu}|mr|mrs|ms|dr|prof|st|sr|jr|vs|etc|e\.g|i\.e|cf|no|nos|vol|pp?|fig|figs|eq|sec|ch|al|inc|ltd|co|corp|gen|gov|sen|rep|rev|hon|approx|ca|dept|univ|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|u\.s|u\.k|d\.c|bzw|ca|nr|z\. ?b|d\. ?h|z|usw|abb|str|m\.|mme)$/iu;
/** "am 3. Oktober", "im 19. Jahrhundert". */
const germanDate = /^(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Jahrhundert)/;

/**
 * @param before what ends in the full stop, with the white space after it.
 * @param after what follows.
 */
export function isAbbreviated(before: string, after: string): boolean {
  const end = before.slice(-40).trimEnd();
  if (!end.endsWith(".")) return false;
  return abbreviation.test(end.slice(-13, -1)) || (/\d\.$/.test(end) && germanDate.test(after));
}
