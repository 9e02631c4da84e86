// What is asked most often, in other languages than its documents: with the words that the documents have for it. Pure.
import { shareOfChunks } from "./common-words.ts";
import { lineItemsImplied } from "./finance-terms.ts";
import { isFrequentWord } from "./language.ts";
import type { Query, QueryWord } from "./query.ts";
import { fold } from "./words.ts";

/** Words of one language, folded, each group with what English texts call it: the first word counts most. */
const tables: Record<string, string> = {
  de: `geschaftsfuhrer geschaftsfuhrerin vorstandsvorsitzender vorstandsvorsitzende = ceo; umsatz umsatze umsatzerlose erlose = revenue sales; gewinn nettogewinn jahresuberschuss nettoergebnis uberschuss = net income earnings profit;
verlust = loss; betriebsergebnis = operating income; mitarbeiter mitarbeiterinnen beschaftigte angestellte personal = employees; kosten aufwendungen ausgaben = costs expenses;
schulden verbindlichkeiten = debt liabilities; bilanzsumme = total assets; vermogen = assets; eigenkapital = equity; dividende dividenden = dividend; aktie aktien = share shares stock;
geschaftsjahr = fiscal year; jahr = year; quartal = quarter; unternehmen firma konzern gesellschaft = company; risiken risiko = risks risk; wettbewerber konkurrenten = competitors competition;
filialen laden geschafte = stores; kunden = customers; hauptsitz firmensitz sitz zentrale = headquarters; grunder = founder founded; gegrundet grundete grundung = founded established; wachstum = growth; steuern = taxes tax;
zinsen = interest; vorstand = executive officers board; forschung = research; entwicklung = development; produkte = products; preis = price; vertrag = contract agreement; autor autoren verfasser = author authors;
bargeld zahlungsmittel = cash; prufer abschlussprufer = auditor; studie = study; ergebnis ergebnisse = results; lander = countries; einwohner bevolkerung = population; klage = lawsuit; frist = deadline;
entdeckt entdeckte entdecker = discovered; erfunden erfand erfinder = invented; geboren = born; gestorben starb = died; gebaut erbaut = built; eroffnet = opened; erworben ubernommen gekauft = acquired acquisition;
veroffentlicht = published; geschrieben = written author; verwendet benutzt = used; bedeutet = means; heisst = called; lang lange = length long; gross grosse = size large; tief tiefe = depth deep; ursache ursachen = causes cause;
folgen auswirkungen = effects impact; geschichte = history; stadt = city; fluss = river; universitat = university; schule schulen = schools school; studenten studierende = students; prasident = president; krieg = war;
regierung = government; gesetz = law; gericht = court; urteil = decision judgment; krankheit = disease; tiere = animals; pflanzen = plants; umfrage = survey; befragte teilnehmer = respondents participants; anteil = share percentage;
durchschnitt = average; anzahl = number; datum = date; batterie akku = battery; bildschirm = screen display; anschluss anschlusse = ports connectors; gerat = device; reinigen = clean; gewicht = weight; sicherheit = safety; wichtigsten = main`,
  fr: `pdg = ceo; chiffre = revenue; affaires = sales; benefice benefices = net income earnings profit; resultat = income; perte = loss; salaries employes effectif = employees; couts depenses charges = costs expenses;
dette dettes = debt; actifs = assets; capitaux = equity; dividende dividendes = dividend; actions = shares stock; annee exercice = year; trimestre = quarter; entreprise societe = company; risques = risks;
concurrents = competitors competition; magasins = stores; clients = customers; siege = headquarters; fondateur = founder founded; fonde fondee fondes fondees fondation = founded established; croissance = growth; impots = taxes tax; recherche = research;
developpement = development; produits = products; prix = price; contrat = contract agreement; auteur auteurs = author authors; tresorerie = cash; etude = study; resultats = results; habitants = population;
decouvert decouverte = discovered; invente = invented; mort = died; construit = built; acquis = acquired acquisition; publie = published; ecrit = written author; signifie = means; longueur = length; taille = size; profondeur = depth;
causes cause = causes; effets = effects; histoire = history; ville = city; fleuve riviere = river; universite = university; ecole ecoles = schools school; etudiants = students; guerre = war; gouvernement = government; loi = law;
tribunal = court; maladie = disease; animaux = animals; plantes = plants; enquete sondage = survey; moyenne = average; nombre = number; batterie = battery; ecran = screen display; appareil = device; nettoyer = clean; poids = weight`,
  es: `ingresos ventas = revenue sales; beneficio beneficios ganancia ganancias utilidad = net income earnings profit; perdida = loss; empleados trabajadores = employees; costos costes gastos = costs expenses; deuda = debt;
activos = assets; patrimonio = equity; dividendo dividendos = dividend; acciones = shares stock; ano ejercicio = year; trimestre = quarter; empresa compania = company; riesgos = risks; competidores = competitors competition;
tiendas = stores; clientes = customers; sede = headquarters; fundador = founder founded; fundo fundada fundado fundacion = founded established; crecimiento = growth; impuestos = taxes tax; investigacion = research; desarrollo = development; productos = products; precio = price;
contrato = contract agreement; autor autores = author authors; efectivo = cash; estudio = study; resultados = results; habitantes poblacion = population;
descubrio descubierto = discovered; invento = invented; nacio = born; murio = died; construido = built; adquirio adquirida = acquired acquisition; publicado = published; escribio escrito = written author; significa = means;
longitud largo = length long; tamano = size; profundidad = depth; causas causa = causes; efectos = effects; historia = history; ciudad = city; rio = river; universidad = university; escuela escuelas = schools school;
estudiantes = students; guerra = war; gobierno = government; ley = law; tribunal = court; enfermedad = disease; animales = animals; plantas = plants; encuesta = survey; promedio = average; numero = number; bateria = battery; pantalla = screen display`,
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
  "hoch viele gibt liegt befindet wann tiene tienen hay esta está dónde donde cuándo chi hanno ont quel quelle combien cuantos cuántos compte trouve quand où".split(
    " ",
  ),
);

/** What those of other languages are asked for in English. */
const fromEnglish = new Map(
  [...vocabularies].map(([language, vocabulary]) => {
    const inverse = new Map<string, string[]>();
    for (const [own, meant] of vocabulary) {
      // What means a word first, before what may also mean it.
      for (const [place, english] of meant.entries()) {
        const known = inverse.get(english) ?? [];
        inverse.set(english, place === 0 ? [own, ...known] : [...known, own]);
      }
    }
    return [language, inverse];
  }),
);

/** @returns the query in the words of the documents where these are all of one other language and it is not; see `inEnglish`. */
function fromEnglishTo(query: Query, documents: Written[]): Query {
  const [language] = documents.map((each) => each.language);
  const inverse = language ? fromEnglish.get(language) : undefined;
  const isOne = documents.every((each) => each.language === language);
  const words = query.words.filter(({ surface }) => /\p{L}/u.test(surface));
  const own = words.filter(({ surface }) => isFrequentWord(surface, "en") && !isFrequentWord(surface, language ?? ""));
  if (!inverse || !isOne || own.length === 0) return query;
  const added: QueryWord[] = [];
  const asked = query.words.map((word): QueryWord => {
    const meant = inverse.get(bare(word.surface)) ?? inverse.get(`${bare(word.surface)}s`) ?? [];
    for (const surface of meant) added.push({ surface, weight: besideFirst * word.weight, optional: true });
    if (meant.length === 0 && !isFrequentWord(word.surface, "en")) return word;
    return { ...word, weight: askingWeight, optional: true };
  });
  return added.length > 0 ? { ...query, words: [...asked, ...added] } : query;
}

/** Of these no English question is made. */
const asksAlone = new Set("combien quel quelle quels quelles cuantos cuántos cuantas cuántas wieviel".split(" "));

/** @returns the query in English words where all documents are English and the question is not; else the query itself. */
export function inEnglish(query: Query, documents: Written[]): Query {
  if (query.overview || documents.length === 0) return query;
  if (!documents.every(isEnglish)) return fromEnglishTo(query, documents);
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
    const plain = unelided(word.surface);
    if (plain !== word.surface) return { ...word, surface: plain };
    const isAsking = isFrequentWord(word.surface, language) || askingToo.has(word.surface);
    return isAsking ? { ...word, weight: askingWeight, optional: true } : word;
  });
  const all = [...words, ...added];
  const lineItems = [...new Set([...query.lineItems, ...lineItemsImplied(`What was the ${meant.join(" ")}`)])];
  return { ...query, words: all, lineItems, figures: query.figures || lineItems.length > 0 };
}

/** Without what Romance languages put before it. */
const unelided = (word: string) =>
  word.replace(/^(?:[cdjlmnst]|qu|dell|nell|all|dall|sull|un|quest)['’](?=\p{L}{2})/u, "");
const bare = (word: string) => fold(unelided(word));

interface Written {
  language: string | null;
  languages: (string | null)[];
}

const isEnglish = ({ language, languages }: Written) =>
  language === "en" && languages.every((other) => other === "en" || other === null);

/** The language of a question that has a word of the tables and is in no English; null where none is meant. */
function languageAsked(surfaces: string[]): string | null {
  const words = surfaces.filter((word) => /\p{L}/u.test(word));
  if (words.filter((word) => isFrequentWord(word, "en")).length > words.length / 2) return null;
  let best: { language: string; count: number } | null = null;
  for (const [language, vocabulary] of vocabularies) {
    const listed = words.filter((word) => vocabulary.has(bare(word)));
    const own = words.filter(
      (word) => (isFrequentWord(word, language) && !isFrequentWord(word, "en")) || asksAlone.has(word),
    );
    const isForeign =
      own.length > 0 || (listed.length === words.length && listed.every((word) => !shareOfChunks(word)));
    const count = listed.length + own.length;
    if (listed.length > 0 && isForeign && count > (best?.count ?? 0)) best = { language, count };
  }
  return best?.language ?? null;
}
