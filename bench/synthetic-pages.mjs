// Pages of text made up for measurements: English function words, content words as unequally common as those of reports,
// names, figures and headings, and questions about them. The same seed gives the same pages.

/** The commonest English function words, the likeliest first. */
const functionWords =
  "the of and to in a for that is on with as by was at from are were which be an its or this has have not it their had been".split(
    " ",
  );
const wholeVocabulary = 30_000;
/** Content words are as common as 1 / (rank + this): the commonest then stands in about a third of the chunks. */
const mandelbrot = 20;
/** Of a document's content words so many come from its own topic. */
const topicShare = 0.15;
const topicWords = 120;
const linesOfPage = 44;

export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = (random, list) => list[Math.floor(random() * list.length)];

/** Pseudo-words of two to four syllables, no two alike. */
function vocabularyOf(size) {
  const random = randomFrom(7);
  const onsets = "b c d f g h l m n p r s t v br cr dr fl gr pl pr st tr sh ch".split(" ");
  const vowels = "a e i o u ai ea io ou".split(" ");
  const codas = ["", "", "n", "r", "s", "l", "t", "nd", "rk", "st"];
  const endings = ["", "", "", "ing", "ed", "s", "ment", "ation", "al", "ly"];
  const words = new Set();
  while (words.size < size) {
    const syllables = 2 + Math.floor(random() * 2);
    let word = "";
    for (let index = 0; index < syllables; index++) word += pick(random, onsets) + pick(random, vowels);
    words.add(word + pick(random, codas) + pick(random, endings));
  }
  return [...words];
}

export function createWriter() {
  const words = vocabularyOf(wholeVocabulary);
  // The inverse of the distribution's sum: rank = offset * (1 + size / offset) ^ x - offset.
  const wordOf = (random) =>
    words[Math.floor(mandelbrot * (1 + words.length / mandelbrot) ** random() - mandelbrot)] ?? words[0];
  const functionWordOf = (random) => functionWords[Math.floor(functionWords.length * random() ** 2)];

  function sentence(random, topic) {
    const length = 10 + Math.floor(random() * 16);
    const parts = Array.from({ length }, (_, index) => {
      const chance = random();
      if (index > 0 && chance < 0.45) return functionWordOf(random);
      if (chance > 0.985) return String(1990 + Math.floor(random() * 36));
      if (chance > 0.97) return `${1 + Math.floor(random() * 999)}.${Math.floor(random() * 10)}`;
      const word = random() < topicShare ? pick(random, topic) : wordOf(random);
      return chance > 0.94 ? capital(word) : word;
    });
    return `${capital(parts.join(" "))}.`;
  }

  return {
    /** @returns a generator of the pages of a document, as a `PdfReader` yields them. */
    *pages(seed, count) {
      const random = randomFrom(seed);
      const topic = Array.from({ length: topicWords }, () => wordOf(random));
      for (let number = 1; number <= count; number++) yield pageOf(number, linesOf(random, topic, sentence));
    },
    /** Words of one sentence of the document, asked for in the way people do. */
    question(random, page) {
      const sentences = page.text
        .split("\n\n")
        .slice(1)
        .join(" ")
        .replaceAll("\n", " ")
        .split(/(?<=\.) /);
      const asked = pick(random, sentences)
        .replace(/\.$/, "")
        .split(" ")
        .filter((word) => !functionWords.includes(word.toLowerCase()));
      const [one = "", two = "", three = "", four = "", five = ""] = asked;
      return pick(random, [
        `What is the ${one} ${two} of the ${three} ${four}?`,
        `How much ${one} did ${two} have for the ${three} in ${four} ${five}?`,
        `When did the ${one} ${two} ${three} and what was its ${four}?`,
        `Which ${one} ${two} is described for ${three} ${four} with the ${five}?`,
      ]);
    },
  };
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** A heading, then paragraphs, broken into lines of a page's width. */
function linesOf(random, topic, sentence) {
  const lines = [{ text: capital(`${pick(random, topic)} ${pick(random, topic)} ${pick(random, topic)}`), height: 16 }];
  while (lines.length < linesOfPage) {
    lines.push({ text: "", height: 10 });
    const words = Array.from({ length: 4 + Math.floor(random() * 4) }, () => sentence(random, topic))
      .join(" ")
      .split(" ");
    let line = "";
    for (const word of words) {
      if (line.length + word.length > 88) {
        lines.push({ text: line, height: 10 });
        line = "";
      }
      line += line ? ` ${word}` : word;
    }
    lines.push({ text: line, height: 10 });
  }
  return lines;
}

function pageOf(number, lines) {
  let text = "";
  const boxes = [];
  for (const [index, line] of lines.entries()) {
    const start = text.length;
    text += line.text;
    const y0 = 0.06 + index * 0.018;
    const box = [0.1, y0, 0.1 + line.text.length * 0.009, y0 + 0.014];
    if (line.text) boxes.push({ start, end: text.length, box, height: line.height / 842 });
    if (index < lines.length - 1) text += "\n";
  }
  return { number, text, lines: boxes, width: 595, height: 842 };
}
