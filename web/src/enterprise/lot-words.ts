import type { Static } from "typebox";
import type { LotStatus, ReportState } from "../../../src/contract/enterprise-api.ts";
import type { Tone } from "../design/tag.tsx";

export const lotTones: Readonly<Record<Static<typeof LotStatus>, Tone>> = {
  "in-production": "info",
  quarantine: "warn",
  released: "good",
  held: "bad",
  recalled: "bad",
  withdrawn: "bad",
};

export const reportTones: Readonly<Record<Static<typeof ReportState>, Tone>> = {
  generated: "info",
  queued: "info",
  sent: "info",
  accepted: "good",
  refused: "bad",
  "due-for-correction": "warn",
};
