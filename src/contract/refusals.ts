import { captureRefusals } from "./refusals/capture.ts";
import { deviceRefusals } from "./refusals/device.ts";
import { dscsaRefusals } from "./refusals/dscsa.ts";
import { enterpriseRefusals } from "./refusals/enterprise.ts";
import { epcisRefusals } from "./refusals/epcis.ts";
import { euHubRefusals } from "./refusals/eu-hub.ts";
import { gs1Refusals } from "./refusals/gs1.ts";
import { gxpRefusals } from "./refusals/gxp.ts";
import { httpRefusals } from "./refusals/http.ts";
import { lineRefusals } from "./refusals/line.ts";
import { marketsRefusals } from "./refusals/markets.ts";
import { networkRefusals } from "./refusals/network.ts";
import { numbersRefusals } from "./refusals/numbers.ts";
import { runtimeRefusals } from "./refusals/runtime.ts";
import { seamRefusals } from "./refusals/seam.ts";
import { serialsRefusals } from "./refusals/serials.ts";
import { siteRefusals } from "./refusals/site.ts";
import { timeRefusals } from "./refusals/time.ts";
import { transferRefusals } from "./refusals/transfer.ts";

/** What one refusal code means to HTTP and to a person. `status` is the only place that names an HTTP status. */
export type RefusalEntry = { readonly status: number; readonly title: string; readonly remedy: string };

/**
 * Every code that any level, the web interface or the kernel may refuse with: the one registry. Replies take their
 * status and title from here, `docs/errors.md` is printed from it, and a test finds codes that are not in it.
 */
export const refusals = {
  ...captureRefusals,
  ...deviceRefusals,
  ...dscsaRefusals,
  ...enterpriseRefusals,
  ...epcisRefusals,
  ...euHubRefusals,
  ...gs1Refusals,
  ...gxpRefusals,
  ...httpRefusals,
  ...lineRefusals,
  ...marketsRefusals,
  ...networkRefusals,
  ...numbersRefusals,
  ...runtimeRefusals,
  ...seamRefusals,
  ...serialsRefusals,
  ...siteRefusals,
  ...timeRefusals,
  ...transferRefusals,
} as const satisfies Record<string, RefusalEntry>;

export type RefusalCode = keyof typeof refusals;

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(refusals, code);
}

/** The registered entry, or undefined for a code that nobody listed (a newer level's, or a bug of this one). */
export function refusalEntry(code: string): RefusalEntry | undefined {
  return isRefusalCode(code) ? refusals[code] : undefined;
}

/** RFC 9457 `type`: a name, not an address, because no host is promised to stay. */
export function problemType(code: string): string {
  return `urn:packtrail:error:${code}`;
}
