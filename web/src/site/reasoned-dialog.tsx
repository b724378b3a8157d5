import { type OrderView, siteApi } from "../../../src/contract/site-api.ts";
import { useAct } from "../calls/use-call.ts";
import { ReasonDialog } from "../design/reason-dialog.tsx";

const commands = {
  ask: {
    endpoint: siteApi.askNumbers,
    title: "Ask for the numbers again",
    submit: "Ask again",
    tone: "primary",
    says: "Level 4 is asked once more for what it refused. Numbers that it gave and the site could not use stay given there, and are used by nobody.",
  },
  cancel: {
    endpoint: siteApi.cancel,
    title: "Cancel the order",
    submit: "Cancel the order",
    tone: "danger",
    says: "No line will get it. Its numbers go back to level 4, which retires them; those still on their way follow when they come. It cannot be taken up again.",
  },
} as const;

type ReasonedProps = {
  readonly view: OrderView;
  readonly command: keyof typeof commands;
  readonly onClose: () => void;
};

/** What is done with an order on a person's word alone, and why. */
export function ReasonedDialog({ view, command, onClose }: ReasonedProps) {
  const { endpoint, title, submit, tone, says } = commands[command];
  const { workOrderId, lot } = view.order;
  const act = useAct(endpoint, onClose);
  return (
    <ReasonDialog
      title={`${title}: lot ${lot}`}
      submit={submit}
      tone={tone}
      busy={act.isPending}
      error={act.error}
      onReason={(reason) => act.mutate({ params: { workOrderId }, body: { reason } })}
      onClose={onClose}
    >
      <p>{says}</p>
    </ReasonDialog>
  );
}
