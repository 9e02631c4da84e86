// Every route of the server, in one table: each router of its own would take the address apart again.
import type { Services } from "../services.ts";
import { addChatRoutes } from "./chat.ts";
import { addConversationsRoutes } from "./conversations.ts";
import { addDocsRoutes } from "./docs.ts";
import { addDocumentsRoutes } from "./documents.ts";
import { addEmbedsRoutes } from "./embeds.ts";
import { addHealthRoutes } from "./health.ts";
import { createRoutes, type Routes } from "./operation.ts";
import { addStaticRoutes } from "./static.ts";
import { addUsersRoutes } from "./users.ts";

export function allRoutes(services: Services): Routes {
  const routes = createRoutes(services);
  addHealthRoutes(routes, services);
  addStaticRoutes(routes, services);
  addUsersRoutes(routes, services);
  addDocumentsRoutes(routes, services);
  addChatRoutes(routes, services);
  addConversationsRoutes(routes, services);
  addEmbedsRoutes(routes, services);
  addDocsRoutes(routes, services);
  return routes;
}
