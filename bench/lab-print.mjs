// What the laboratory prints: the scorer's figures, and the questions whose page is not the first.

const columns = {
  "R@1": "page_recall@1",
  "R@3": "page_recall@3",
  "R@5": "page_recall@5",
  MRR10: "mrr@10",
  "doc@1": "document@1",
  ans400: "answer_has_gold@400",
  quo400: "quote1_has_gold@400",
  onpage: "quote_on_page",
  "5gram": "answer_5grams_on_cited_pages",
};

const percent = (share) => (share === null || share === undefined ? "-" : (100 * share).toFixed(1));

export function printTable(name, summary, lines) {
  for (const [scope, { all }] of Object.entries(summary)) {
    const cells = Object.entries(columns).map(([head, key]) => `${head} ${percent(all[key])}`);
    const times = lines.filter((line) => line.scope === scope).map(({ ms }) => ms);
    times.sort((one, two) => one - two);
    console.log(
      `${name} ${scope}: ${cells.join("  ")}  falseRef ${percent(all.refusal.false_refusal_rate)}  median ${times[times.length >> 1]} ms`,
    );
    for (const [kind, found] of Object.entries(all.refusal_by_kind)) {
      const { recall, auroc, recall_at_2pct_false: at2, recall_at_5pct_false: at5 } = found;
      console.log(
        `    ${kind}: recall ${percent(recall)}  AUROC ${percent(auroc)}  at 2 % / 5 % ${percent(at2)} / ${percent(at5)}`,
      );
    }
  }
}

/** Question, gold pages and our first pages with their features. */
export async function printFailures(product, library, questions, lines, per) {
  const asked = new Map(questions.map((question) => [question.id, question]));
  for (const { id, scope, "page_recall@1": first, "page_recall@5": fifth } of per) {
    if (first !== 0) continue;
    const question = asked.get(id);
    const { citations } = lines.find((line) => line.id === id && line.scope === scope);
    console.log(`\n${id} ${scope} ${fifth ? "" : "NOT AMONG FIVE "}${question.question}`);
    console.log(`  gold: ${question.document} ${question.pages}  answers: ${question.answers.slice(0, 2).join(" | ")}`);
    const documents =
      scope === "document" ? [library.documents.get(question.document)] : [...library.documents.values()];
    const names = new Map(documents.map((document) => [document.id, document.filename]));
    const query = product.queryOf(question.question, []);
    if (query.overview) {
      console.log(`  taken for a question about the whole (${query.overview})`);
      continue;
    }
    const { pages } = await product.rankedPages({ db: library.db }, documents, query);
    for (const [place, { page, score, features }] of pages.entries()) {
      const gold = names.get(page.documentId) === question.document && question.pages.includes(page.page);
      if (place >= 3 && !gold) continue;
      const cells = Object.entries(features).map(([name, value]) => `${name} ${value.toFixed(2)}`);
      console.log(
        `  ${gold ? "*" : " "}${place + 1}. ${names.get(page.documentId)} ${page.page}  ${score.toFixed(2)}  ${cells.join(" ")}`,
      );
      if (place < 2) console.log(`       “${citations[place]?.quote.slice(0, 220)}”`);
    }
  }
}
