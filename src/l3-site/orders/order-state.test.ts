import { describe, expect, test } from "vitest";
import { OrderState, type OrderState as State } from "../../contract/site-api.ts";
import { exampleOrder, exampleRecipe, ownerGln, siteGln } from "../../../test/support/site-orders.ts";
import { checkRecipeFits, checkSameOrder, checkWorkOrder, expiryDate } from "./order.ts";
import { nextState, type OrderAction, orderActions, orderCommands, reasonAgainst } from "./order-state.ts";

const states = (OrderState as unknown as { readonly enum: readonly State[] }).enum;

describe("an order's states", () => {
  test.each<[OrderAction, string, string]>([
    ["number", "received", "numbered"],
    ["ask", "received", "received"],
    ["assign", "numbered", "on-line"],
    ["complete", "on-line", "completed"],
    ["reconcile", "completed", "reconciled"],
    ["close", "reconciled", "closed"],
    ["submit", "closed", "submitted"],
  ])("%s leads from %s to %s and from nowhere else", (action, from, to) => {
    for (const state of states) {
      const next = nextState(state, action);
      expect(next).toEqual(
        state === from
          ? { ok: true, value: to }
          : { ok: false, refusal: { code: orderActions[action].refusal, at: state } },
      );
    }
  });

  test("cancel leads out of an order that no line has, and nothing leads out of cancelled", () => {
    const from = states.filter((state) => nextState(state, "cancel").ok);
    expect(from).toEqual(["received", "numbered"]);
    const actions = Object.keys(orderActions) as OrderAction[];
    expect(actions.filter((action) => nextState("cancelled", action).ok)).toEqual([]);
  });

  test("give every command its reason, the same as the refusal's", () => {
    for (const command of orderCommands) {
      expect(states.filter((state) => reasonAgainst(state, command) === null)).toEqual([...orderActions[command].from]);
    }
  });
});

describe("a work order received", () => {
  const here = {
    site: siteGln,
    environment: "production" as const,
    servesOwner: (owner: string) => owner === ownerGln,
  };

  test.each<[string, Parameters<typeof exampleOrder>[0], string | undefined]>([
    ["for us", {}, undefined],
    ["of a sender that is not its owner", { owner: "9521444000007" }, "site.owner"],
    ["for another environment", { environment: "validation" }, "seam.environment"],
    ["for another site", { site: ownerGln }, "site.other-site"],
    ["with a GTIN that was mistyped", { gtin: "09521321000119" }, "gs1.check-digit"],
    ["with a month thirteen", { expiry: "281301" }, "gs1.date"],
  ])("%s", (_, changes, code) => {
    const checked = checkWorkOrder(exampleOrder(changes), { owner: ownerGln }, here);
    expect(checked.ok ? undefined : checked.refusal.code).toBe(code);
  });

  test("of an owner whom the site does not serve is refused", () => {
    const stranger = "9521444000007";
    expect(checkWorkOrder(exampleOrder({ owner: stranger }), { owner: stranger }, here)).toMatchObject({
      refusal: { code: "site.owner-unknown" },
    });
  });

  test("again is the same whatever the order of its members, and another when anything differs", () => {
    const held = exampleOrder();
    const shuffled = Object.fromEntries(Object.entries(held).reverse()) as typeof held;
    expect(checkSameOrder(held, shuffled)).toEqual({ ok: true, value: "held" });
    expect(checkSameOrder(held, { ...held, lot: "LOT-2" })).toMatchObject({ refusal: { code: "site.order-differs" } });
  });

  test.each([
    ["281130", "2028-11-30"],
    ["280200", "2028-02-29"],
  ])("that expires %s is good until %s", (expiry, date) => {
    expect(expiryDate({ expiry })).toBe(date);
  });

  test("is packed by a recipe of its own pattern only", () => {
    expect(checkRecipeFits(exampleOrder(), exampleRecipe).ok).toBe(true);
    expect(checkRecipeFits(exampleOrder({ packsPerCase: 5 }), exampleRecipe)).toMatchObject({
      refusal: { code: "site.recipe-pattern" },
    });
  });
});
