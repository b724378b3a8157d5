import { useState } from "react";
import { type OrderView, siteApi } from "../../../src/contract/site-api.ts";
import { useAct, useCall } from "../calls/use-call.ts";
import { FormDialog } from "../design/dialog.tsx";
import { SelectField } from "../design/field.tsx";
import { Answered } from "../design/notice.tsx";

/** A line and an approved recipe; the line gets its whole block of numbers before it starts. */
export function AssignDialog({ view, onClose }: { readonly view: OrderView; readonly onClose: () => void }) {
  const lines = useCall(siteApi.lines);
  const recipes = useCall(siteApi.recipes);
  const [lineId, setLineId] = useState("");
  const [recipeId, setRecipeId] = useState("");
  const assign = useAct(siteApi.assign, onClose);
  const line = lineId || lines.data?.[0]?.lineId || "";
  const approved = [
    ...new Set((recipes.data ?? []).filter(({ state }) => state === "approved").map(({ recipe }) => recipe.recipeId)),
  ];
  const recipe = recipeId || approved[0] || "";
  return (
    <FormDialog
      title={`Assign lot ${view.order.lot}`}
      submit="Assign"
      why={line === "" ? "This site has no line." : recipe === "" ? "No recipe is approved." : null}
      busy={assign.isPending}
      error={assign.error}
      onSubmit={() =>
        assign.mutate({ params: { workOrderId: view.order.workOrderId }, body: { lineId: line, recipeId: recipe } })
      }
      onClose={onClose}
    >
      <Answered call={lines}>
        {(list) => (
          <SelectField
            label="Line"
            value={line}
            onValue={setLineId}
            options={list.map(({ lineId: each, alive }) => [each, alive ? each : `${each} (does not answer)`])}
          />
        )}
      </Answered>
      <SelectField
        label="Approved recipe"
        value={recipe}
        onValue={setRecipeId}
        options={approved.map((each) => [each, each])}
      />
    </FormDialog>
  );
}
