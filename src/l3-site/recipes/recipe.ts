import type { Recipe } from "../../contract/line-api.ts";
import type { SignatureRecord } from "../../contract/shapes.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Instant } from "../../kernel/base/time.ts";

/** One version; an approved one never changes, it is only retired by the next. */
export type RecipeVersion = {
  readonly recipe: Recipe;
  readonly state: "draft" | "approved" | "retired";
  readonly author: string;
  readonly writtenAt: Instant;
  readonly approval: SignatureRecord | null;
};

/** Versions follow one another without a gap. Refuses `site.recipe-version`; the message says which is next. */
export function checkNextVersion(recipe: Recipe, versions: readonly RecipeVersion[]): Result<Recipe> {
  const next = versions.reduce((highest, each) => Math.max(highest, each.recipe.version), 0) + 1;
  return recipe.version === next
    ? ok(recipe)
    : refuse("site.recipe-version", "/recipe/version", `the next version is ${next}`);
}

/**
 * Whether this version may be approved by this person: a draft, by somebody else than its author, and not older
 * than what is approved. Refuses `site.recipe-unknown`, `site.recipe-not-draft`, `site.recipe-older`, `gxp.segregation`.
 */
export function checkApproval(
  version: RecipeVersion | undefined,
  approved: RecipeVersion | undefined,
  approver: string,
): Result<RecipeVersion> {
  if (version === undefined) return refuse("site.recipe-unknown");
  const name = `${version.recipe.recipeId}/${version.recipe.version}`;
  if (version.state !== "draft") return refuse("site.recipe-not-draft", name);
  if (approved !== undefined && approved.recipe.version > version.recipe.version)
    return refuse("site.recipe-older", name);
  if (version.author === approver) return refuse("gxp.segregation", `recipe/${name}`, "recipe.write");
  return ok(version);
}
