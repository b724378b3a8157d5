import type { Environment } from "../../contract/envelope.ts";
import type { Recipe } from "../../contract/line-api.ts";
import type { SignatureRecord } from "../../contract/shapes.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Reads } from "../site.ts";
import type { RecipeVersion } from "./recipe.ts";

const columns = `recipe, state, author, written_at as "writtenAt", approval`;

const LOCK: Statement = { name: "recipe-lock", text: "select pg_advisory_xact_lock(7233, hashtext($1))" };
const ALL: Statement = { name: "recipes", text: `select ${columns} from recipe order by recipe_id, version desc` };
const VERSIONS: Statement = {
  name: "recipe-versions",
  text: `select ${columns} from recipe where recipe_id = $1 order by version`,
};
const APPROVED: Statement = {
  name: "recipe-approved",
  text: `select ${columns} from recipe where recipe_id = $1 and state = 'approved'`,
};
const ALL_APPROVED: Statement = {
  name: "recipes-approved",
  text: `select ${columns} from recipe where state = 'approved'`,
};
const INSERT: Statement = {
  name: "recipe-insert",
  text: `insert into recipe (recipe_id, version, owner, environment, state, recipe, author, written_at) values ($1, $2, $3, $4, 'draft', $5, $6, $7)`,
};
const RETIRE: Statement = {
  name: "recipe-retire",
  text: "update recipe set state = 'retired' where recipe_id = $1 and state = 'approved'",
};
const APPROVE: Statement = {
  name: "recipe-approve",
  text: "update recipe set state = 'approved', approval = $3 where recipe_id = $1 and version = $2 and state = 'draft'",
};

type StoredRecipe = {
  recipe: string;
  state: RecipeVersion["state"];
  author: string;
  writtenAt: string;
  approval: string | null;
};

function versionOf(row: StoredRecipe): RecipeVersion {
  return {
    recipe: JSON.parse(row.recipe) as Recipe,
    state: row.state,
    author: row.author,
    writtenAt: Number(row.writtenAt),
    approval: row.approval === null ? null : (JSON.parse(row.approval) as SignatureRecord),
  };
}

/** Versions of one recipe are written and approved one after another. */
export async function lockVersions(sql: Sql, recipeId: string): Promise<RecipeVersion[]> {
  await sql.run(LOCK, [recipeId]);
  return (await sql.run<StoredRecipe>(VERSIONS, [recipeId])).map(versionOf);
}

export async function allVersions(sql: Reads): Promise<RecipeVersion[]> {
  return (await sql.run<StoredRecipe>(ALL)).map(versionOf);
}

export async function approvedVersion(sql: Reads, recipeId: string): Promise<RecipeVersion | undefined> {
  const [row] = await sql.run<StoredRecipe>(APPROVED, [recipeId]);
  return row && versionOf(row);
}

export async function approvedRecipes(sql: Reads): Promise<Recipe[]> {
  return (await sql.run<StoredRecipe>(ALL_APPROVED)).map((row) => versionOf(row).recipe);
}

/** `owner` is the site itself: recipes are its own, whoever's product is packed. */
export async function insertDraft(
  sql: Sql,
  draft: RecipeVersion,
  of: { readonly owner: string; readonly environment: Environment },
): Promise<void> {
  const { recipe, author, writtenAt } = draft;
  await sql.run(INSERT, [
    recipe.recipeId,
    recipe.version,
    of.owner,
    of.environment,
    JSON.stringify(recipe),
    author,
    writtenAt,
  ]);
}

export async function saveApproval(sql: Sql, recipe: Recipe, approval: SignatureRecord): Promise<void> {
  await sql.run(RETIRE, [recipe.recipeId]);
  await sql.run(APPROVE, [recipe.recipeId, recipe.version, JSON.stringify(approval)]);
}
