// Draws an answer's text as blocks; a block that did not change is not even compared again.
import { Component, type ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { CodeBlock } from "./code-block.tsx";
import { createAnswerParser } from "./incremental.ts";
import { InlineView } from "./inline-view.tsx";
import { captionOf, withOneMark } from "./table-marks.ts";
import { TableView } from "./table-view.tsx";
import type { Block, Inline } from "./tree.ts";
import type { Ranges } from "./unsupported.ts";

export interface AnswerBodyProps {
  text: string;
  /** More text may come: a caret stands at its end. */
  growing: boolean;
  unsupported: Ranges;
}

export function AnswerBody({ text, growing, unsupported }: AnswerBodyProps) {
  const parser = useMemo(createAnswerParser, []);
  const blocks = parser.read(text, growing);
  return <div class={growing ? "answer is-growing" : "answer"}>{drawAll(blocks, unsupported, false)}</div>;
}

interface BlockProps {
  block: Block;
  /** The block above. */
  before?: Block | undefined;
  after?: Block | undefined;
  /** Within a list or a quote. */
  nested?: boolean;
  unsupported: Ranges;
}

class BlockView extends Component<BlockProps> {
  override shouldComponentUpdate(next: BlockProps) {
    const { kind } = next.block;
    if (kind === "table" && next.before !== this.props.before) return true;
    if (kind === "paragraph" && (next.after?.kind === "table") !== (this.props.after?.kind === "table")) return true;
    return next.block !== this.props.block || next.unsupported !== this.props.unsupported;
  }
  override render({ block, before, after, unsupported, nested }: BlockProps) {
    if (block.kind === "table") return drawTable(block, before, unsupported);
    if (block.kind === "paragraph" && after?.kind === "table")
      return drawBlock({ ...block, content: [...captionOf(block, unsupported)] }, unsupported, nested ?? false);
    return drawBlock(block, unsupported, nested ?? false);
  }
}

/** Direction is found once for a whole list, quote or table: what stands in it goes along, each line by itself. */
function drawBlock(block: Exclude<Block, { kind: "table" }>, unsupported: Ranges, nested: boolean): ComponentChildren {
  const inline = (nodes: Parameters<typeof InlineView>[0]["nodes"]) => (
    <InlineView nodes={nodes} unsupported={unsupported} />
  );
  switch (block.kind) {
    case "paragraph":
      return nested ? <p>{inline(block.content)}</p> : <p dir="auto">{inline(block.content)}</p>;
    case "heading":
      return block.level < 3 ? (
        <h3 dir="auto">{inline(block.content)}</h3>
      ) : (
        <h4 dir="auto">{inline(block.content)}</h4>
      );
    case "code":
      return <CodeBlock text={block.text} language={block.language} />;
    case "quote":
      return <blockquote dir="auto">{drawAll(block.blocks, unsupported)}</blockquote>;
    case "list":
      return <ListView list={block} unsupported={unsupported} nested={nested} />;
    case "rule":
      return <hr />;
  }
}

/** A citation of all its rows stands below the table: in a cell it would scroll out of sight. */
function drawTable(block: Extract<Block, { kind: "table" }>, before: Block | undefined, unsupported: Ranges) {
  const { table, mark } = withOneMark(block, before, unsupported);
  const draw = (nodes: readonly Inline[]) => <InlineView nodes={nodes} unsupported={unsupported} />;
  return (
    <>
      <TableView table={table} draw={draw} />
      {mark ? <p class="table-mark">{draw([mark])}</p> : null}
    </>
  );
}

function drawAll(blocks: readonly Block[], unsupported: Ranges, nested = true) {
  return blocks.map((block, index) => (
    <BlockView
      key={index}
      block={block}
      before={blocks[index - 1]}
      after={blocks[index + 1]}
      unsupported={unsupported}
      nested={nested}
    />
  ));
}

type List = Extract<Block, { kind: "list" }>;

function ListView({ list, unsupported, nested }: { list: List; unsupported: Ranges; nested: boolean }) {
  const direction = nested ? {} : { dir: "auto" as const };
  const items = list.items.map((item, index) => (
    <ItemView key={index} number={list.first + index} blocks={item.blocks} unsupported={unsupported} />
  ));
  const spacing = list.tight ? "is-tight" : "";
  return list.ordered ? (
    <ol class={spacing} start={list.first} {...direction}>
      {items}
    </ol>
  ) : (
    <ul class={spacing} {...direction}>
      {items}
    </ul>
  );
}

interface ItemProps {
  number: number;
  /** Kept by the parser while the item does not change. */
  blocks: readonly Block[];
  unsupported: Ranges;
}

class ItemView extends Component<ItemProps> {
  override shouldComponentUpdate(next: ItemProps) {
    return next.blocks !== this.props.blocks || next.unsupported !== this.props.unsupported;
  }
  override render({ blocks, number, unsupported }: ItemProps) {
    return (
      // The list draws its own marks, so what is read aloud is the browser's, and what is seen is `data-number`.
      <li data-number={number}>
        <div class="item">{drawAll(blocks, unsupported)}</div>
      </li>
    );
  }
}
