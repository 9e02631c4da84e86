// What is asked most often, in other languages than its documents: a question over English documents with its words in English. Pure.
import { shareOfChunks } from "./common-words.ts";
import { lineItemsImplied } from "./finance-terms.ts";
import { isFrequentWord } from "./language.ts";
import type { Query, QueryWord } from "./query.ts";
import { fold } from "./words.ts";

/** Words of one language, folded, each group with what English texts call it: the first word counts most. */
const tables: Record<string, string> = {
  de: `umsatz umsatze umsatzerlose erlose = revenue sales; gewinn nettogewinn jahresuberschuss nettoergebnis uberschuss = net income earnings profit;
verlust = loss; betriebsergebnis = operating income; mitarbeiter mitarbeiterinnen beschaftigte angestellte personal = employees; kosten aufwendungen ausgaben = costs expenses;
schulden verbindlichkeiten = debt liabilities; bilanzsumme = total assets; vermogen = assets; eigenkapital = equity; dividende dividenden = dividend; aktie aktien = share shares stock;
geschaftsjahr = fiscal year; jahr = year; quartal = quarter; unternehmen firma konzern gesellschaft = company; risiken risiko = risks risk; wettbewerber konkurrenten = competitors competition;
filialen laden geschafte = stores; kunden = customers; hauptsitz firmensitz sitz zentrale = headquarters; grunder gegrundet grundete = founder founded; wachstum = growth; steuern = taxes tax;
zinsen = interest; vorstand = executive officers board; forschung = research; entwicklung = development; produkte = products; preis = price; vertrag = contract agreement; autor autoren verfasser = author authors;
bargeld zahlungsmittel = cash; prufer abschlussprufer = auditor; studie = study; ergebnis ergebnisse = results; lander = countries; stimmen einwohner = population; klage = lawsuit; frist = deadline`,
  fr: `chiffre = revenue; affaires = sales; benefice benefices = net income earnings profit; resultat = income; perte = loss; salaries employes effectif = employees; couts depenses charges = costs expenses;
dette dettes = debt; actifs = assets; capitaux = equity; dividende dividendes = dividend; actions = shares stock; annee exercice = year; trimestre = quarter; entreprise societe = company; risques = risks;
concurrents = competitors competition; magasins = stores; clients = customers; siege = headquarters; fondateur fonde = founder founded; croissance = growth; impots = taxes tax; recherche = research;
developpement = development; produits = products; prix = price; contrat = contract agreement; auteur auteurs = author authors; tresorerie = cash; etude = study; resultats = results`,
  es: `ingresos ventas = revenue sales; beneficio beneficios ganancia ganancias utilidad = net income earnings profit; perdida = loss; empleados trabajadores = employees; costos costes gastos = costs expenses; deuda = debt;
activos = assets; patrimonio = equity; dividendo dividendos = dividend; acciones = shares stock; ano ejercicio = year; trimestre = quarter; empresa compania = company; riesgos = risks; competidores = competitors competition;
tiendas = stores; clientes = customers; sede = headquarters; fundador fundo = founder founded; crecimiento = growth; impuestos = taxes tax; investigacion = research; desarrollo = development; productos = products; precio = price;
contrato = contract agreement; autor autores = author authors; efectivo = cash; estudio = study; resultados = results`,
  it: `ricavi fatturato vendite = revenue sales; utile profitto = net income earnings profit; perdita = loss; dipendenti = employees; costi spese = costs expenses; debito debiti = debt; attivita = assets; dividendo dividendi = dividend;
azioni = shares stock; anno esercizio = year; trimestre = quarter; azienda societa impresa = company; rischi = risks; concorrenti = competitors competition; negozi = stores; clienti = customers; sede = headquarters;
fondatore fondato = founder founded; crescita = growth; imposte tasse = taxes tax; ricerca = research; sviluppo = development; prodotti = products; prezzo = price; contratto = contract agreement; autore autori = author authors`,
};

const vocabularies = new Map(Object.entries(tables).map(([language, table]) => [language, readTable(table)]));

function readTable(table: string): Map<string, string[]> {
  return new Map(
    table.split(";").flatMap((group) => {
      const [own = "", english = ""] = group.split("=");
      return own
        .trim()
        .split(/\s+/)
        .map((word) => [word, english.trim().split(/\s+/)] as const);
    }),
  );
}

/** A word that means the same beside the first counts less, and is not missed. */
const besideFirst = 0.5;
/** What only asks, in a language that the documents are not in, is sought in none of them. */
const askingWeight = 0.05;
const askingToo = new Set(
  "hoch viele gibt tiene tienen hay chi hanno ont quel quelle combien cuantos cuántos".split(" "),
);

/** @returns the query in English words where all documents are English and the question is not; else the query itself. */
export function inEnglish(query: Query, documents: { language: string | null; languages: (string | null)[] }[]): Query {
  if (query.overview || !documents.every(isEnglish)) return query;
  const language = languageAsked(query.words.map(({ surface }) => surface));
  const vocabulary = language === null ? undefined : vocabularies.get(language);
  if (!language || !vocabulary) return query;
  const known = new Set(query.words.map(({ surface }) => surface));
  const added: QueryWord[] = [];
  const meant: string[] = [];
  // In their places, by which names are known.
  const words = query.words.map((word): QueryWord => {
    const [first, ...others] = vocabulary.get(bare(word.surface)) ?? [];
    if (first) {
      meant.push(first, ...others);
      for (const surface of others) {
        if (!known.has(surface)) added.push({ surface, weight: besideFirst * word.weight, optional: true });
        known.add(surface);
      }
      return { ...word, surface: first };
    }
    const isAsking = isFrequentWord(word.surface, language) || askingToo.has(word.surface);
    return isAsking ? { ...word, weight: askingWeight, optional: true } : word;
  });
  const all = [...words, ...added];
  const lineItems = [...new Set([...query.lineItems, ...lineItemsImplied(`What was the ${meant.join(" ")}`)])];
  return { ...query, words: all, lineItems, figures: query.figures || lineItems.length > 0 };
}

/** Without what Romance languages put before it. */
const bare = (word: string) => fold(word.replace(/^\p{L}{1,4}['’]/u, ""));

const isEnglish = ({ language, languages }: { language: string | null; languages: (string | null)[] }) =>
  language === "en" && languages.every((other) => other === "en" || other === null);

/** The language of a question that has a word of the tables and is in no English; null where none is meant. */
function languageAsked(surfaces: string[]): string | null {
  const words = surfaces.filter((word) => /\p{L}/u.test(word));
  if (words.filter((word) => isFrequentWord(word, "en")).length > words.length / 2) return null;
  let best: { language: string; count: number } | null = null;
  for (const [language, vocabulary] of vocabularies) {
    const listed = words.filter((word) => vocabulary.has(bare(word)));
    const own = words.filter((word) => isFrequentWord(word, language) && !isFrequentWord(word, "en"));
    const isForeign =
      own.length > 0 || (listed.length === words.length && listed.every((word) => !shareOfChunks(word)));
    const count = listed.length + own.length;
    if (listed.length > 0 && isForeign && count > (best?.count ?? 0)) best = { language, count };
  }
  return best?.language ?? null;
}
