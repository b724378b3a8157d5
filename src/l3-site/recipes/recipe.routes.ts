import { siteApi } from "../../contract/site-api.ts";
import { must } from "../../kernel/base/result.ts";
import type { HttpServer } from "../../runtime/http/server-options.ts";
import { personOf } from "../../runtime/http/actor.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Site } from "../site.ts";
import { approveRecipe, listRecipes, writeRecipe } from "./recipe.handler.ts";

export function registerRecipeRoutes(server: HttpServer<Sql>, site: Site): void {
  server.route(siteApi.recipes, () => listRecipes(site));
  server.route(siteApi.writeRecipe, ({ actor, body, traceId }) =>
    writeRecipe(site, body.recipe, body.reason, { person: must(personOf(actor)), traceId }),
  );
  server.route(siteApi.approveRecipe, ({ actor, params, body, traceId }) =>
    approveRecipe(site, { recipeId: params.recipeId, version: Number(params.version) }, body.signature, {
      person: must(personOf(actor)),
      traceId,
    }),
  );
}
