// Which way a language is written.

/** ISO 15924 codes of scripts that are written from right to left and have readers on the web. */
const rightToLeft = ["Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"];

/** @param locale a BCP 47 tag; what is none reads from left to right. */
export function directionOf(locale: string): "ltr" | "rtl" {
  try {
    return rightToLeft.includes(new Intl.Locale(locale).maximize().script ?? "") ? "rtl" : "ltr";
  } catch {
    return "ltr";
  }
}
