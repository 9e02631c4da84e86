// Reads an answer while it grows: blocks that cannot change any more are kept, only the last ones are read again.
import { parseBlocks } from "./blocks.ts";
import { heldBack } from "./held-back.ts";
import { type Block, splitLines } from "./tree.ts";

export interface AnswerParser {
  /**
   * The blocks of `text`, which is the text of the call before with more at its end. Blocks that did not change are
   * the same objects. `growing`: more may follow; marks that are not complete yet are held back or closed in hope.
   */
  read(text: string, growing: boolean): readonly Block[];
}

export function createAnswerParser(): AnswerParser {
  let settled: Block[] = [];
  let open: Block[] = [];
  let from = 0;
  let length = 0;
  let hopeful = false;

  return {
    read(text, growing) {
      if (text.length < length) {
        settled = open = [];
        from = 0;
        hopeful = false;
      }
      length = growing ? 0 : text.length;
      const shown = growing ? text.slice(0, text.length - heldBack(text)) : text;
      length = shown.length;
      const before = hopeful ? open.slice(0, -1) : open;
      const again = parseBlocks(splitLines(shown, from), { growing, depth: 0, before: open });
      open = again.map((block, index) => {
        const provisional = growing && index === again.length - 1;
        return (!provisional && before.find((old) => isSame(old, block))) || block;
      });
      hopeful = growing;
      // Where a block begins is sure once the block after it has one behind it: the last line may still become anything.
      if (open.length > 2) {
        settled = settled.concat(open.slice(0, -2));
        open = open.slice(-2);
        from = (open[0] as Block).start;
      }
      return settled.concat(open);
    },
  };
}

function isSame(old: Block, block: Block): boolean {
  return old.kind === block.kind && old.start === block.start && old.end === block.end;
}
