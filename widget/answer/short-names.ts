// Names of documents short enough to stand in a sentence, and still told from each other.
import type { Citation, Id } from "@pagewise/sdk/contract";

/** Characters of a name. */
const longest = 22;

/** Of the documents that these citations are from; none where it is only one. */
export function shortNames(citations: readonly Citation[]): ReadonlyMap<Id, string> {
  const titles = new Map(citations.map(({ document_id, title }) => [document_id, title.trim()]));
  if (titles.size < 2) return new Map();
  const all = [...titles.values()];
  const isTold = (name: (title: string) => string) => {
    const names = new Map(all.map((title) => [name(title), title]));
    return names.size === new Set(all).size;
  };
  const shared = sharedWords(all);
  const own = (title: string) => bothEnds(title, title.split(/\s+/).slice(shared).join(" "));
  const name = [beginning, own].find(isTold) ?? ending;
  return new Map([...titles].map(([id, title]) => [id, name(title)]));
}

/** Words that all of them begin with. */
function sharedWords(titles: string[]): number {
  const [first = [], ...others] = titles.map((title) => title.split(/\s+/));
  let count = 0;
  while (count < first.length && others.every((words) => words[count] === first[count])) count += 1;
  return count;
}

function beginning(title: string, most = longest): string {
  const characters = [...title];
  if (characters.length <= most) return title;
  const cut = characters.slice(0, most - 1).join("");
  const atWord = cut.replace(/[\s,;:–—-]+\S*$/, "");
  return `${atWord.length > most / 2 ? atWord : cut.trimEnd()}…`;
}

/** What all titles begin with, in short, and what is a title's own. */
function bothEnds(title: string, own: string): string {
  if (own === "") return beginning(title);
  const end = beginning(own, 12);
  return `${beginning(title, longest - 2 - [...end].length)} ${end}`;
}

function ending(title: string): string {
  const characters = [...title];
  return characters.length <= longest
    ? title
    : `…${characters
        .slice(1 - longest)
        .join("")
        .trimStart()}`;
}
