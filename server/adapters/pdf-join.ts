// Joins the text items of a page as pdf-parse's getText does, with what it leaves out of cells and takes twice: pure.

/** pdf.js's text item: `transform` maps glyph space to the page's user space, (e, f) being the start of the baseline. */
export interface TextItem {
  str: string;
  transform: number[];
  width: number;
  height: number;
  fontName: string;
  hasEOL: boolean;
}

/** The page as shown: rotation and crop box are in `transform`, which leads to top-left coordinates. */
export interface TextFrame {
  width: number;
  height: number;
  transform: number[];
}

/** pdf-parse's defaults, in points. */
const lineThreshold = 4.6;
const cellThreshold = 7;
/** White of this many times the font's height parts cells; what fills a line of set text is narrower. */
const wideGap = 1.3;

export interface Part {
  str: string;
  /** Absent for a line break between items. */
  item?: TextItem;
}

/**
 * pdf-parse 2.4.5, `getPageText`, with its default parameters: a tab between distant items, a break between lines. Beyond
 * it, white that pdf.js found between items is a tab where it is wide, else the cells of many tables run together.
 */
export function* join(items: Iterable<TextItem>, frame: TextFrame): Generator<Part> {
  let lastX: number | undefined;
  let lastY: number | undefined;
  let lastStr: string | undefined;
  let lineHeight = 0;
  let fontHeight = 0;
  // The last item with words and where it ends: pdf.js takes white for no wider than it may be within a line.
  let word: Placed | undefined;
  for (const item of items) {
    const [x, y] = apply(frame.transform, item.transform[4] ?? 0, item.transform[5] ?? 0);
    const placed = { item, x, y, end: x + item.width };
    const again = word && lastStr !== "\n" ? overprinted(word, placed) : 0;
    let str = item.str.slice(again);
    if (lastY !== undefined && Math.abs(lastY - y) > lineThreshold) {
      const breaksItself = str.startsWith("\n") || (str.trim() === "" && item.hasEOL);
      if (lastStr?.endsWith("\n") === false && !breaksItself && Math.abs(lastY - y) - 1 > lineHeight) {
        yield { str: "\n" };
        lineHeight = 0;
        lastStr = "\n";
      }
    }
    if (lastY !== undefined && Math.abs(lastY - y) < lineThreshold) {
      if (lastX !== undefined && !again && Math.abs(lastX - x) > cellThreshold) str = `\t${str}`;
    } else if (str.trim() !== "" && !/[\n\t]$/.test(lastStr ?? "\n") && word && x - word.end > cellThreshold) {
      // Beside it, half a line higher or lower: a cell in the middle of one of several lines, or another column.
      str = `\t${str}`;
    }
    if (str.trim() !== "") {
      fontHeight = Math.hypot(item.transform[2] ?? 0, item.transform[3] ?? 0);
      word = placed;
    } else if (str === " " && !item.hasEOL && fontHeight > 0 && item.width > wideGap * fontHeight) str = "\t";
    yield { str, item };
    lastX = x + item.width;
    lastY = y;
    lastStr = str;
    lineHeight = Math.max(lineHeight, item.height);
    if (item.hasEOL) {
      yield { str: "\n" };
      lastStr = "\n";
    }
    if (item.hasEOL || str.endsWith("\n")) lineHeight = 0;
  }
}

interface Placed {
  item: TextItem;
  x: number;
  y: number;
  end: number;
}

/** How closely the same letters cover each other where they are printed twice, as parts of their width and height. */
const leastCover = 0.7;
const mostCover = 1.4;
const sameBaseline = 0.1;
/** No line has more letters; beyond them, nothing is compared. */
const mostPrintedTwice = 300;

/** How many characters of an item have been printed at its place by the one before, as files make text bold or cast shadows. */
function overprinted(before: Placed, { item, x, y }: Placed): number {
  const cover = before.end - x;
  const isOver = x > before.x - sameBaseline * item.height && Math.abs(y - before.y) < sameBaseline * item.height;
  if (cover <= 0 || !isOver || item.height !== before.item.height) return 0;
  for (let length = Math.min(item.str.length, before.item.str.length, mostPrintedTwice); length > 0; length--) {
    const covered = cover / ((item.width * length) / item.str.length);
    if (covered <= leastCover || covered >= mostCover) continue;
    if (before.item.str.endsWith(item.str.slice(0, length))) return length;
  }
  return 0;
}

export function apply(m: number[], x: number, y: number): [number, number] {
  return [x * at(m, 0) + y * at(m, 2) + at(m, 4), x * at(m, 1) + y * at(m, 3) + at(m, 5)];
}

export function at(m: number[], index: number): number {
  return m[index] ?? 0;
}
