import type { OrderView } from "../../contract/site-api.ts";
import { type BatchRow, readBatches } from "../lines/batch.store.ts";
import { packagingLevels } from "../number-buffer/packaging-level.ts";
import { readBalance } from "../reconciliation/reconciliation.handler.ts";
import { checkBalance } from "../reconciliation/reconciliation.ts";
import type { Reads } from "../site.ts";
import type { Order } from "./order.ts";
import { orderCommands, reasonAgainst } from "./order-state.ts";
import { type MessageCounts, messageCounts } from "./order-message.store.ts";
import { siteRefusals } from "../../contract/refusals/site.ts";

/** Orders as pages show them, each with why a command is not possible now. */
export async function orderViews(sql: Reads, orders: readonly Order[]): Promise<OrderView[]> {
  const ids = orders.map(({ workOrder }) => workOrder.workOrderId);
  const batches = await readBatches(sql, ids);
  const messages = await messageCounts(sql, ids);
  const views: OrderView[] = [];
  for (const order of orders) {
    const { workOrderId } = order.workOrder;
    views.push(
      viewOf(
        order,
        batches.get(workOrderId),
        messages.get(workOrderId) ?? [],
        await reasons(sql, order, messages.get(workOrderId) ?? []),
      ),
    );
  }
  return views;
}

function viewOf(
  order: Order,
  row: BatchRow | undefined,
  messages: readonly MessageCounts[],
  commands: OrderView["commands"],
): OrderView {
  const { workOrder, state, assignment } = order;
  const batch = row?.batch;
  const documents = messages.filter(({ purpose }) => purpose === "document");
  const submissions = messages.filter(({ purpose }) => purpose === "submission");
  const refused = refusedRequest(messages);
  const sum = (of: readonly MessageCounts[]) => of.reduce((total, { count }) => total + count, 0);
  const numbers = packagingLevels.map((level) => {
    const given = messages.filter(
      (each) => each.purpose === "allocation" && each.level === level && each.state === "sent",
    );
    return [level, given.reduce((total, { quantity }) => total + quantity, 0)] as const;
  });
  return {
    order: workOrder,
    state,
    lineId: assignment?.lineId ?? null,
    runId: assignment?.runId ?? null,
    recipe: assignment?.recipe ?? null,
    numbers: Object.fromEntries(numbers) as OrderView["numbers"],
    journal: { entries: row?.entries ?? 0, lastSeq: row?.lastSeq ?? 0 },
    progress: {
      commissioned: batch?.commissioned.pack ?? 0,
      packed: batch?.closed.packs ?? 0,
      cases: batch?.closed.cases ?? 0,
      pallets: batch?.closed.pallets ?? 0,
      rejected: (batch?.rejects.printVerify ?? 0) + (batch?.rejects.downstream ?? 0),
    },
    submission: {
      documents: sum(documents),
      waiting: sum([...documents, ...submissions].filter((each) => each.state !== "sent")),
      accepted: submissions.some((each) => each.state === "sent"),
    },
    ...(state === "received" && refused !== undefined ? { numbersRefused: refused.detail ?? "it refused" } : {}),
    commands,
  };
}

function refusedRequest(messages: readonly MessageCounts[]): MessageCounts | undefined {
  return messages.find(({ purpose, state }) => purpose === "allocation" && state === "refused");
}

async function reasons(sql: Reads, order: Order, messages: readonly MessageCounts[]): Promise<OrderView["commands"]> {
  const commands: Record<string, string | null> = {};
  for (const command of orderCommands) commands[command] = reasonAgainst(order.state, command);
  const refused = refusedRequest(messages);
  if (order.state === "received" && refused === undefined) commands["ask"] = siteRefusals["site.nothing-refused"].title;
  if (order.state === "received" && refused !== undefined)
    commands["assign"] = `Level 4 gave no numbers: ${refused.detail ?? "it refused"}`;
  if (commands["reconcile"] === null) commands["reconcile"] = await reasonAgainstBalance(sql, order);
  return commands;
}

async function reasonAgainstBalance(sql: Reads, order: Order): Promise<string | null> {
  const { row, balance } = await readBalance(sql, order);
  if (row === undefined) return siteRefusals["site.not-ended"].title;
  const checked = checkBalance(balance, row.batch);
  if (checked.ok) return null;
  const { code, message } = checked.refusal;
  const title = (siteRefusals as Readonly<Record<string, { readonly title: string }>>)[code]?.title ?? code;
  return message === undefined ? title : `${title} ${message}`;
}
