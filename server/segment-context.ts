// What stands before and above a sentence or row holds of the question beyond it. Pure.
import { leansOnBefore } from "./leaning-sentences.ts";
import type { Segment } from "./segments.ts";

export type Share = (terms: Iterable<number>) => number;

export interface ReadSegment {
  segment: Segment;
  text: string;
  terms: Set<number>;
  bigrams: Map<number, number>;
  /** Places of its words among those of the page. */
  from: number;
  to: number;
}

/** What an earlier sentence of the paragraph still counts, and one of the paragraph before. */
const trailLeft = 0.7;
const trailLeftAcross = 0.5;

/** Tells of each segment what those before and above it hold of the question beyond it. */
export function createAround(share: Share) {
  const none = new Set<number>();
  let heading = none;
  let header = none;
  let before = none;
  const trail = new Map<number, number>();
  const shares = new Map<number, number>();
  const worth = (term: number) => {
    const known = shares.get(term) ?? share([term]);
    shares.set(term, known);
    return known;
  };
  let last: Segment["kind"] | undefined;
  return (
    segment: Segment,
    text: string,
    terms: Set<number>,
    { opens, isLabel, read }: { opens: boolean; isLabel: boolean; read: ReadSegment[] },
  ) => {
    const missing = (others: Set<number>) => {
      if (others.size === 0) return 0;
      return terms.size === 0 ? share(others) : share([...others].filter((term) => !terms.has(term)));
    };
    if (segment.kind !== "row") header = none;
    else if (segment.head) header = read.find((other) => other.segment.start === segment.head?.start)?.terms ?? none;
    else if (last !== "row") header = before;
    if (segment.kind === "heading") heading = last === "heading" ? new Set([...heading, ...terms]) : terms;
    if (opens) for (const [term, weight] of trail) trail.set(term, weight * trailLeftAcross);
    const coverage = share(terms);
    let trailing = 0;
    for (const [term, weight] of trail) if (!terms.has(term)) trailing += weight * worth(term);
    const under = segment.kind === "heading" ? 0 : missing(heading);
    const features = {
      before: missing(before) * Math.sqrt(coverage),
      trail: coverage > 0 ? trailing : 0,
      anaphor: trailing > 0 && leansOnBefore(text) ? trailing : 0,
      heading: under,
      wholeHeading: heading.size > 1 ? under ** 3 : 0,
      header: coverage > 0 ? missing(header) : 0,
    };
    if (isLabel) heading = new Set([...heading, ...terms]);
    for (const [term, weight] of trail) trail.set(term, weight * trailLeft);
    for (const term of terms) trail.set(term, 1);
    before = terms;
    last = segment.kind;
    return features;
  };
}
