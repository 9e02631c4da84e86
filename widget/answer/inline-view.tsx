// Draws inline nodes; what no citation supports is underlined with dots, and a mark at its end says what that means.
import type { ComponentChildren } from "preact";
import { CiteChips } from "./cite-chip.tsx";
import { DoubtMark } from "./doubt-mark.tsx";
import type { Inline, Leaf } from "./tree.ts";
import { endsIn, leavesOf, type Ranges } from "./unsupported.ts";

interface Drawing {
  unsupported: Ranges;
  ends: ReadonlyMap<Leaf, number[]>;
  /** The citation that stands before each citation, in the order of reading. */
  before: ReadonlyMap<Leaf, number>;
}

/** Of one paragraph, heading or cell. */
export function InlineView({ nodes: read, unsupported }: { nodes: readonly Inline[]; unsupported: Ranges }) {
  const nodes = stopsFirst(read);
  return <>{drawNodes(nodes, { unsupported, ends: endsIn(nodes, unsupported), before: citedBefore(nodes) })}</>;
}

/** A full stop goes before the marks that end its sentence: between two of them it would float. */
function stopsFirst(nodes: readonly Inline[]): Inline[] {
  const drawn = [...nodes];
  for (let at = 0; at + 1 < drawn.length; at++) {
    const [cited, after] = [drawn[at], drawn[at + 1]];
    if (cited?.kind !== "citations" || after?.kind !== "text") continue;
    const [stop] = /^[.,;:!?…]+(?=\s|$)/.exec(after.text) ?? [];
    if (!stop) continue;
    const rest = { ...after, text: after.text.slice(stop.length), at: after.at + stop.length };
    drawn.splice(at, 2, { ...after, text: stop }, cited, rest);
    at += 1;
  }
  return drawn.filter((node) => node.kind !== "text" || node.text !== "");
}

function citedBefore(nodes: readonly Inline[]): Map<Leaf, number> {
  const before = new Map<Leaf, number>();
  let last: number | undefined;
  for (const leaf of leavesOf(nodes)) {
    if (leaf.kind !== "citations") continue;
    if (last !== undefined) before.set(leaf, last);
    last = leaf.indexes.at(-1);
  }
  return before;
}

function drawNodes(nodes: readonly Inline[], drawing: Drawing): ComponentChildren {
  return nodes.map((node) => drawNode(node, drawing));
}

function drawNode(node: Inline, drawing: Drawing): ComponentChildren {
  switch (node.kind) {
    case "text":
      return drawText(node, drawing);
    case "code":
      return [<code dir="ltr">{node.text}</code>, ...marksAfter(node, drawing)];
    case "citations":
      return (
        <CiteChips indexes={node.indexes} text={node.text} before={drawing.before.get(node)}>
          {marksAfter(node, drawing)}
        </CiteChips>
      );
    case "strong":
      return <strong>{drawNodes(node.children, drawing)}</strong>;
    case "emphasis":
      return <em>{drawNodes(node.children, drawing)}</em>;
    case "struck":
      return <s>{drawNodes(node.children, drawing)}</s>;
    case "break":
      return <br />;
  }
}

function marksAfter(leaf: Leaf, { ends }: Drawing): ComponentChildren[] {
  return (ends.get(leaf) ?? []).map(() => <DoubtMark />);
}

function drawText(leaf: Leaf, { unsupported, ends }: Drawing): ComponentChildren {
  const { text, at } = leaf;
  const cuts = unsupported.filter(([from, to]) => from < at + text.length && to > at);
  if (cuts.length === 0) return text;
  const parts: ComponentChildren[] = [];
  let done = 0;
  for (const [from, to] of cuts) {
    const start = Math.max(from - at, done);
    const end = Math.min(to - at, text.length);
    if (start > done) parts.push(text.slice(done, start));
    const mark = ends.get(leaf)?.includes(to) && <DoubtMark />;
    // The mark stays with the last word.
    const word = mark ? Math.max(start, text.slice(0, end).search(/\S+\s*$/)) : end;
    if (word > start) parts.push(<span class="unsupported">{text.slice(start, word)}</span>);
    if (end > word)
      parts.push(
        <span class="cites">
          <span class="unsupported">{text.slice(word, end)}</span>
          {mark}
        </span>,
      );
    done = Math.max(done, end);
  }
  if (done < text.length) parts.push(text.slice(done));
  return parts;
}
