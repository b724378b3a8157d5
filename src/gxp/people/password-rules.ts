import { ok, refuse, type Result } from "../../kernel/base/result.ts";

/** NIST SP 800-63B §5.1.1.2: length and a list of the well-known, instead of composition rules. */
const passwordCharsMin = 12;
const passwordCharsMax = 200;
/** The password before these many changes ago may come back. */
export const passwordHistoryMax = 4;

/** Stems of the passwords most often found in leaks; whatever digits and signs people add around them. */
const wellKnown: readonly string[] = [
  "password",
  "passwort",
  "motdepasse",
  "contrasena",
  "qwerty",
  "qwertz",
  "azerty",
  "asdfgh",
  "yxcvbn",
  "zxcvbn",
  "iloveyou",
  "letmein",
  "welcome",
  "willkommen",
  "administrator",
  "admin",
  "changeme",
  "secret",
  "dragon",
  "monkey",
  "football",
  "baseball",
  "sunshine",
  "princess",
  "trustno",
  "superman",
  "packtrail",
  "abcdef",
  "summer",
  "winter",
];
const rows = [
  "0123456789012345678901234567890",
  "9876543210987654321098765432109",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiop",
  "asdfghjkl",
];

/** Whether a person may take this password; it may not contain who they are. */
export function checkPassword(
  password: string,
  who: { readonly userName: string; readonly fullName: string },
): Result<string> {
  const normal = normalisePassword(password);
  const { length } = Array.from(normal);
  if (length < passwordCharsMin || length > passwordCharsMax) return refuse("gxp.password-weak", "length");
  const lower = normal.toLowerCase();
  const names = [who.userName, ...who.fullName.split(/\s+/)]
    .map((name) => name.toLowerCase())
    .filter((name) => name.length >= 4);
  if (names.some((name) => lower.includes(name))) return refuse("gxp.password-weak", "name");
  if (new Set(lower).size < 5) return refuse("gxp.password-weak", "repetition");
  if (rows.some((row) => row.includes(lower))) return refuse("gxp.password-weak", "row");
  const letters = lower.replace(/[^a-z]/g, "");
  const rest = wellKnown.reduce((text, stem) => text.replaceAll(stem, ""), letters);
  if (letters !== rest && rest.length < 4) return refuse("gxp.password-weak", "well-known");
  return ok(normal);
}

/** The same characters typed on another keyboard are the same password (NIST SP 800-63B: NFKC). */
export function normalisePassword(password: string): string {
  return password.normalize("NFKC");
}

const pinPattern = /^[0-9]{6,12}$/;

/** A PIN at the line: something known beside the badge that is held (21 CFR 11.200(a)(1)). */
export function checkPin(pin: string): Result<string> {
  if (!pinPattern.test(pin)) return refuse("gxp.pin-weak", "length");
  if (new Set(pin).size < 3 || rows.some((row) => row.includes(pin))) return refuse("gxp.pin-weak", "row");
  return ok(pin);
}
