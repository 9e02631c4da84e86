// The parts of the product that the laboratory runs in its own process, bundled by `buildLab`.
export { createExtractive } from "../server/adapters/extractive.ts";
export { confidenceOf } from "../server/confidence.ts";
export { loadConfig } from "../server/config.ts";
export { keepScope } from "../server/kept-scope.ts";
export { DocumentModel } from "../server/models/document.ts";
export { nearestChunks } from "../server/models/embedding.ts";
export { UserModel } from "../server/models/user.ts";
export { queryOf } from "../server/query.ts";
export { rankedPages } from "../server/ranked-pages.ts";
export { defaultWeights, scaleFeatures } from "../server/ranking.ts";
export { retrieve } from "../server/retrieval.ts";
export { searchTextVersion } from "../server/search-text.ts";
export { createWorkerServices } from "../server/services.ts";
export { createTextCache } from "../server/text-cache.ts";
export { createVectorSearch } from "../server/vector-search.ts";
export { createWorker } from "../worker/worker.ts";
