import { useState } from "react";
import type { Recipe } from "../../../src/contract/line-api.ts";
import { siteApi } from "../../../src/contract/site-api.ts";
import { signatureMeanings } from "../../../src/contract/signature-meanings.ts";
import { useWhyNot } from "../calls/session.ts";
import { useAct, useCall } from "../calls/use-call.ts";
import { Button } from "../design/button.tsx";
import { Answered } from "../design/notice.tsx";
import { Facts, PageHead, Panel } from "../design/panel.tsx";
import { SignatureDialog } from "../design/signature-dialog.tsx";
import { Table } from "../design/table.tsx";
import { Tag } from "../design/tag.tsx";
import { Moment } from "../words/time-text.tsx";
import { RecipeDialog } from "./recipe-dialog.tsx";

const tones = { draft: "info", approved: "good", retired: "idle" } as const;

export function RecipesPage() {
  const recipes = useCall(siteApi.recipes);
  const mayWrite = useWhyNot("recipe.write");
  const mayApprove = useWhyNot("recipe.approve");
  const [writing, setWriting] = useState<Recipe | "new" | null>(null);
  const [approving, setApproving] = useState<Recipe | null>(null);
  return (
    <>
      <PageHead
        title="Recipes"
        below="How a product is packed. A version is approved, never changed; its author may not approve it."
        actions={
          <Button tone="primary" why={mayWrite} onPress={() => setWriting("new")}>
            Write a recipe
          </Button>
        }
      />
      <Answered call={recipes}>
        {(list) => (
          <Panel title="Recipes" flush bare>
            <Table
              label="Recipes"
              rows={list}
              keyOf={({ recipe }) => `${recipe.recipeId} ${recipe.version}`}
              empty="No recipe has been written."
              columns={[
                { head: "Recipe", cell: ({ recipe }) => <span className="font-mono">{recipe.recipeId}</span> },
                { head: "Version", align: "right", cell: ({ recipe }) => recipe.version },
                { head: "State", cell: ({ state }) => <Tag tone={tones[state]}>{state}</Tag> },
                { head: "Packs × cases", cell: ({ recipe }) => `${recipe.packsPerCase} × ${recipe.casesPerPallet}` },
                { head: "Grade at least", align: "right", cell: ({ recipe }) => recipe.gradeMin },
                { head: "Rejects in a row", align: "right", cell: ({ recipe }) => recipe.consecutiveRejectsMax },
                { head: "Overage", cell: ({ recipe }) => `${recipe.overagePercent} %, at least ${recipe.overageMin}` },
                {
                  head: "Approved",
                  wrap: true,
                  cell: ({ approval }) =>
                    approval === null ? (
                      "–"
                    ) : (
                      <>
                        {approval.userName}, <Moment at={approval.at} />
                      </>
                    ),
                },
                {
                  head: "Change",
                  cell: ({ recipe, state }) => (
                    <span className="flex gap-1.5">
                      <Button
                        size="small"
                        why={mayApprove ?? (state === "draft" ? null : "Only a draft is approved.")}
                        label={`Approve ${recipe.recipeId} version ${recipe.version}`}
                        onPress={() => setApproving(recipe)}
                      >
                        Approve
                      </Button>
                      <Button
                        size="small"
                        why={mayWrite}
                        label={`Next version of ${recipe.recipeId}`}
                        onPress={() => setWriting(recipe)}
                      >
                        Next version
                      </Button>
                    </span>
                  ),
                },
              ]}
            />
          </Panel>
        )}
      </Answered>
      {writing !== null && <RecipeDialog from={writing === "new" ? null : writing} onClose={() => setWriting(null)} />}
      {approving !== null && <ApproveDialog recipe={approving} onClose={() => setApproving(null)} />}
    </>
  );
}

function ApproveDialog({ recipe, onClose }: { readonly recipe: Recipe; readonly onClose: () => void }) {
  const approve = useAct(siteApi.approveRecipe, onClose);
  return (
    <SignatureDialog
      title={`Approve ${recipe.recipeId}, version ${recipe.version}`}
      submit="Sign the approval"
      signers={[{ meaning: signatureMeanings.recipeApproval, says: "lines may pack by this recipe." }]}
      busy={approve.isPending}
      error={approve.error}
      onSign={([signature]) =>
        approve.mutate({ params: { recipeId: recipe.recipeId, version: String(recipe.version) }, body: { signature } })
      }
      onClose={onClose}
    >
      <Facts facts={Object.entries(recipe).map(([name, value]) => [name, String(value)])} />
    </SignatureDialog>
  );
}
