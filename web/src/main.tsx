import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { invariant } from "../../src/kernel/base/invariant.ts";
import { App } from "./shell/app.tsx";
import { takeTicketFromAddress } from "./calls/provider-ticket.ts";
import { createQueryClient } from "./calls/use-call.ts";
import { applyTheme, chosenTheme } from "./design/theme.ts";
import "./design/app.css";

applyTheme(chosenTheme());
takeTicketFromAddress();

const root = document.getElementById("root");
invariant(root, "index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={createQueryClient()}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
