import type { ComponentType } from "react";
import type { LevelName } from "../../../src/contract/common-api.ts";
import type { Right } from "../../../src/contract/rights.ts";

export type Page = {
  /** As the router reads it: `/work-orders/$workOrderId`. */
  readonly path: string;
  /** Its words in the menu; absent: it is reached from another page. */
  readonly menu?: string;
  readonly right: Right;
  readonly load: () => Promise<ComponentType>;
};

const home: Page = {
  path: "/",
  menu: "Levels",
  right: "status.read",
  load: async () => (await import("../home/home-page.tsx")).HomePage,
};

/** Of the levels that exchange documents: whoever is signed in may look at a file of his own. */
const check: Page = {
  path: "/check",
  menu: "Check a file",
  right: "status.read",
  load: async () => (await import("../check/check-page.tsx")).CheckPage,
};

/** What every level has. */
const house: readonly Page[] = [
  {
    path: "/messages",
    menu: "Messages",
    right: "message.read",
    load: async () => (await import("../messages/lanes-page.tsx")).LanesPage,
  },
  {
    path: "/users",
    menu: "Users",
    right: "user.read",
    load: async () => (await import("../people/users-page.tsx")).UsersPage,
  },
  {
    path: "/systems",
    menu: "Systems",
    right: "user.read",
    load: async () => (await import("../people/systems-page.tsx")).SystemsPage,
  },
  {
    path: "/audit",
    menu: "Audit trail",
    right: "audit.read",
    load: async () => (await import("../audit/audit-page.tsx")).AuditPage,
  },
];

const line: readonly Page[] = [
  {
    path: "/run",
    menu: "Run",
    right: "run.read",
    load: async () => (await import("../line/operator-page.tsx")).OperatorPage,
  },
  {
    path: "/runs",
    menu: "All runs",
    right: "run.read",
    load: async () => (await import("../line/runs-page.tsx")).RunsPage,
  },
  {
    path: "/runs/$runId",
    right: "run.read",
    load: async () => (await import("../line/operator-page.tsx")).OperatorPage,
  },
  {
    path: "/runs/$runId/numbers",
    right: "run.read",
    load: async () => (await import("../line/run-numbers-page.tsx")).RunNumbersPage,
  },
];

const site: readonly Page[] = [
  {
    path: "/work-orders",
    menu: "Work orders",
    right: "order.read",
    load: async () => (await import("../site/orders-page.tsx")).OrdersPage,
  },
  {
    path: "/work-orders/$workOrderId",
    right: "order.read",
    load: async () => (await import("../site/order-page.tsx")).OrderPage,
  },
  {
    path: "/work-orders/$workOrderId/batch-record",
    right: "order.read",
    load: async () => (await import("../site/batch-record-page.tsx")).BatchRecordPage,
  },
  {
    path: "/deliveries",
    menu: "Deliveries",
    right: "delivery.read",
    load: async () => (await import("../site/deliveries-page.tsx")).DeliveriesPage,
  },
  {
    path: "/deliveries/$deliveryId",
    right: "delivery.read",
    load: async () => (await import("../site/loading-page.tsx")).LoadingPage,
  },
  {
    path: "/recipes",
    menu: "Recipes",
    right: "recipe.read",
    load: async () => (await import("../site/recipes-page.tsx")).RecipesPage,
  },
  {
    path: "/lines",
    menu: "Lines",
    right: "order.read",
    load: async () => (await import("../site/lines-page.tsx")).LinesPage,
  },
];

const enterprise: readonly Page[] = [
  {
    path: "/trace",
    menu: "Trace",
    right: "pack.trace",
    load: async () => (await import("../enterprise/trace-page.tsx")).TracePage,
  },
  {
    path: "/verify",
    menu: "Verify, dispense",
    right: "pack.verify",
    load: async () => (await import("../enterprise/verify-page.tsx")).VerifyPage,
  },
  {
    path: "/work-orders",
    menu: "Work orders",
    right: "work-order.read",
    load: async () => (await import("../enterprise/work-orders-page.tsx")).WorkOrdersPage,
  },
  {
    path: "/lots",
    menu: "Lots",
    right: "lot.read",
    load: async () => (await import("../enterprise/lots-page.tsx")).LotsPage,
  },
  {
    path: "/lots/$gtin/$lot",
    right: "lot.read",
    load: async () => (await import("../enterprise/lot-page.tsx")).LotPage,
  },
  {
    path: "/reports",
    menu: "Reports",
    right: "report.read",
    load: async () => (await import("../enterprise/reports-page.tsx")).ReportsPage,
  },
  {
    path: "/shipments",
    menu: "Shipments",
    right: "shipment.read",
    load: async () => (await import("../enterprise/shipments-page.tsx")).ShipmentsPage,
  },
  {
    path: "/shipments/$deliveryId",
    right: "shipment.read",
    load: async () => (await import("../enterprise/shipment-page.tsx")).ShipmentPage,
  },
  {
    path: "/exceptions",
    menu: "Exceptions",
    right: "exception.read",
    load: async () => (await import("../enterprise/exceptions-page.tsx")).ExceptionsPage,
  },
  {
    path: "/event-documents",
    menu: "Event documents",
    right: "event.read",
    load: async () => (await import("../enterprise/documents-page.tsx")).DocumentsPage,
  },
  {
    path: "/pools",
    menu: "Number pools",
    right: "pool.read",
    load: async () => (await import("../enterprise/pools-page.tsx")).PoolsPage,
  },
  {
    path: "/products",
    menu: "Products",
    right: "product.read",
    load: async () => (await import("../enterprise/products-page.tsx")).ProductsPage,
  },
  {
    path: "/partners",
    menu: "Partners, places",
    right: "product.read",
    load: async () => (await import("../enterprise/partners-page.tsx")).PartnersPage,
  },
];

const network: readonly Page[] = [
  {
    path: "/companies",
    menu: "Companies",
    right: "company.read",
    load: async () => (await import("../network/companies-page.tsx")).CompaniesPage,
  },
  {
    path: "/deliveries",
    menu: "Deliveries",
    right: "message.read",
    load: async () => (await import("../network/messages-page.tsx")).MessagesPage,
  },
];

/** The pages of a level, in the order of its menu. */
export const pagesOf: Readonly<Record<LevelName, readonly Page[]>> = {
  device: [home],
  line: [...line.slice(0, 1), home, ...line.slice(1), ...house],
  site: [home, ...site, ...house],
  enterprise: [home, ...enterprise, check, ...house],
  network: [home, ...network, check, ...house],
};

export const levelNumbers: Readonly<Record<LevelName, number>> = {
  device: 1,
  line: 2,
  site: 3,
  enterprise: 4,
  network: 5,
};
