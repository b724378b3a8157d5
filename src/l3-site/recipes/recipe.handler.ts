import type { Recipe } from "../../contract/line-api.ts";
import type { SignatureInput } from "../../contract/shapes.ts";
import type { RecipeView } from "../../contract/site-api.ts";
import type { Static } from "typebox";
import { must } from "../../kernel/base/result.ts";
import { audit, auditActor } from "../../gxp/audit/audit.ts";
import { canonicalHash } from "../../runtime/canonical-hash.ts";
import { recordDuty } from "../../gxp/signature/duty.ts";
import { sign } from "../../gxp/signature/signature.handler.ts";
import type { PersonActor } from "../../runtime/http/actor.ts";
import type { Site } from "../site.ts";
import { checkApproval, checkNextVersion, type RecipeVersion } from "./recipe.ts";
import { allVersions, insertDraft, lockVersions, saveApproval } from "./recipe.store.ts";

/** What the approving signature means. */
export const recipeMeaning = "approved for production";

export type By = { readonly person: PersonActor; readonly traceId: string };

type View = Static<typeof RecipeView>;

function viewOf({ recipe, state, approval }: RecipeVersion): View {
  return { recipe, state, approval };
}

export async function listRecipes(site: Site): Promise<View[]> {
  return (await allVersions(site.database)).map(viewOf);
}

/** Writes the next version as a draft. Refuses `site.recipe-version`. */
export function writeRecipe(site: Site, recipe: Recipe, reason: string, by: By): Promise<View> {
  const { config, database, machine } = site;
  return database.transaction(async (sql) => {
    const versions = await lockVersions(sql, recipe.recipeId);
    must(checkNextVersion(recipe, versions));
    const at = machine.clock.now();
    const draft: RecipeVersion = { recipe, state: "draft", author: by.person.userId, writtenAt: at, approval: null };
    await insertDraft(sql, draft, { owner: config.site.gln, environment: config.environment });
    const subject = subjectOf(recipe);
    await recordDuty(sql, { subject, right: "recipe.write", userId: by.person.userId, at });
    const before = versions.at(-1)?.recipe;
    await audit(sql, {
      chain: `recipe/${recipe.recipeId}`,
      actor: auditActor(by.person),
      action: "recipe.write",
      subject,
      reason,
      at,
      traceId: by.traceId,
      ...(before === undefined ? {} : { before }),
      after: recipe,
    });
    return viewOf(draft);
  });
}

/** Approves a draft and retires the version approved before it. The signer is who is signed in, not the author. */
export function approveRecipe(
  site: Site,
  which: { recipeId: string; version: number },
  input: SignatureInput,
  by: By,
): Promise<View> {
  const { database, gxp, machine } = site;
  return database.transaction(async (sql) => {
    const versions = await lockVersions(sql, which.recipeId);
    const approved = versions.find(({ state }) => state === "approved");
    const version = must(
      checkApproval(
        versions.find(({ recipe }) => recipe.version === which.version),
        approved,
        by.person.userId,
      ),
    );
    const { recipe } = version;
    const subject = subjectOf(recipe);
    const approval = must(
      await sign(gxp, sql, {
        record: subject,
        recordHash: canonicalHash(recipe),
        meaning: recipeMeaning,
        input,
        right: "recipe.approve",
        mustBe: by.person.name,
        subject,
        traceId: by.traceId,
      }),
    );
    await saveApproval(sql, recipe, approval);
    await audit(sql, {
      chain: `recipe/${recipe.recipeId}`,
      actor: auditActor(by.person),
      action: "recipe.approve",
      subject,
      at: machine.clock.now(),
      traceId: by.traceId,
      before: { state: "draft", approved: approved?.recipe.version ?? null },
      after: { state: "approved", approved: recipe.version },
    });
    return viewOf({ ...version, state: "approved", approval });
  });
}

function subjectOf({ recipeId, version }: Recipe): string {
  return `recipe/${recipeId}/${version}`;
}
