// Draws inline nodes; what no citation supports is underlined with dots.
import type { ComponentChildren } from "preact";
import { CiteChips } from "./cite-chip.tsx";
import { type Inline, plainText } from "./tree.ts";

export type Ranges = readonly (readonly [number, number])[];

export function InlineView({ nodes, unsupported }: { nodes: readonly Inline[]; unsupported: Ranges }) {
  return <>{nodes.map((node) => drawNode(node, unsupported))}</>;
}

function drawNode(node: Inline, unsupported: Ranges): ComponentChildren {
  const children = "children" in node ? <InlineView nodes={node.children} unsupported={unsupported} /> : null;
  switch (node.kind) {
    case "text":
      return drawText(node.text, node.at, unsupported);
    case "code":
      return <code dir="ltr">{node.text}</code>;
    case "strong":
      return <strong>{children}</strong>;
    case "emphasis":
      return <em>{children}</em>;
    case "struck":
      return <s>{children}</s>;
    case "break":
      return <br />;
    case "citations":
      return <CiteChips indexes={node.indexes} text={node.text} />;
    case "link":
      return (
        <>
          <a class="link" href={node.href} target="_blank" rel="noopener noreferrer nofollow">
            {children}
          </a>
          {!plainText(node.children).includes(node.host) && <span class="host"> ({node.host})</span>}
        </>
      );
  }
}

function drawText(text: string, at: number, unsupported: Ranges): ComponentChildren {
  const cuts = unsupported.filter(([from, to]) => from < at + text.length && to > at);
  if (cuts.length === 0) return text;
  const parts: ComponentChildren[] = [];
  let done = 0;
  for (const [from, to] of cuts) {
    const start = Math.max(from - at, done);
    const end = Math.min(to - at, text.length);
    if (start > done) parts.push(text.slice(done, start));
    if (end > start) parts.push(<span class="unsupported">{text.slice(start, end)}</span>);
    done = Math.max(done, end);
  }
  if (done < text.length) parts.push(text.slice(done));
  return parts;
}
