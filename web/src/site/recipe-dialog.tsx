import { useState } from "react";
import type { Recipe } from "../../../src/contract/line-api.ts";
import { siteApi } from "../../../src/contract/site-api.ts";
import { useAct } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { CheckField, TextField } from "../design/field.tsx";
import { reasonMax } from "../design/reason-dialog.tsx";

type NumberKey = { [K in keyof Recipe]: Recipe[K] extends number ? K : never }[keyof Recipe];

const fields: readonly (readonly [key: Exclude<NumberKey, "version">, label: string, step: string])[] = [
  ["packsPerCase", "Packs a case", "1"],
  ["casesPerPallet", "Cases a pallet", "1"],
  ["consecutiveRejectsMax", "Hold after rejects in a row", "1"],
  ["gradeMin", "Grade at least (0 to 4)", "0.1"],
  ["textScoreMin", "Text score at least (0 to 1)", "0.01"],
  ["overagePercent", "Numbers beyond the quantity (%)", "0.5"],
  ["overageMin", "At least so many beyond", "1"],
];

const fresh: Recipe = {
  recipeId: "",
  version: 1,
  packsPerCase: 24,
  casesPerPallet: 10,
  consecutiveRejectsMax: 5,
  gradeMin: 1.5,
  textScoreMin: 0.7,
  checkText: true,
  overagePercent: 5,
  overageMin: 20,
};

export function RecipeDialog({ from, onClose }: { readonly from: Recipe | null; readonly onClose: () => void }) {
  const [recipe, setRecipe] = useState<Recipe>(from === null ? fresh : { ...from, version: from.version + 1 });
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>(
    Object.fromEntries(fields.map(([key]) => [key, String(recipe[key])])),
  );
  const [reason, setReason] = useState("");
  const write = useAct(siteApi.writeRecipe, onClose);
  const numbers = Object.fromEntries(fields.map(([key]) => [key, Number(texts[key])]));
  const wrong = fields.find(([key]) => texts[key]?.trim() === "" || Number.isNaN(Number(texts[key])));
  return (
    <FormDialog
      title={from === null ? "Write a recipe" : `${from.recipeId}, version ${recipe.version}`}
      submit="Save as a draft"
      why={
        recipe.recipeId.trim() === ""
          ? "Name the recipe."
          : wrong !== undefined
            ? `“${wrong[1]}” wants a number.`
            : reason.trim() === ""
              ? "Say why."
              : null
      }
      busy={write.isPending}
      error={write.error}
      onSubmit={() => write.mutate({ body: { recipe: { ...recipe, ...numbers }, reason: reason.trim() } })}
      onClose={onClose}
      wide
    >
      <TextField
        label="Recipe"
        value={recipe.recipeId}
        onValue={(recipeId) => setRecipe({ ...recipe, recipeId })}
        readOnly={from !== null}
        autoFocus={from === null}
        className="font-mono"
      />
      <div className="grid gap-4 sm:grid-cols-2">
        {fields.map(([key, label, step]) => (
          <TextField
            key={key}
            label={label}
            type="number"
            step={step}
            min={0}
            value={texts[key] ?? ""}
            onValue={(value) => setTexts({ ...texts, [key]: value })}
          />
        ))}
        <CheckField
          label="Check the printed text too"
          checked={recipe.checkText}
          onChecked={(checkText) => setRecipe({ ...recipe, checkText })}
        />
      </div>
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={reasonMax} />
    </FormDialog>
  );
}
