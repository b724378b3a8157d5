import { ok, refuse, type Result } from "../../kernel/base/result.ts";

/**
 * `wasm-unsafe-eval` lets the warehouse's screen run its barcode reader; styles are set on elements by the
 * component library. Nothing is loaded from elsewhere, and no page may frame this one.
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

export const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(self), microphone=(), geolocation=()",
};

/** RFC 6797; only said over TLS. */
export const strictTransport = "max-age=31536000";

export type Browsing = {
  readonly method: string;
  readonly origin: string | undefined;
  readonly host: string | undefined;
  readonly hasSession: boolean;
  readonly allowedOrigins: readonly string[];
};

const safeMethods: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/**
 * Cross-site request forgery: an unsafe request that a session cookie vouches for must name an origin that is
 * this server's own host or listed. Without a cookie (sign-in) a foreign origin is refused too.
 */
export function checkOrigin(request: Browsing): Result<true> {
  if (safeMethods.includes(request.method)) return ok(true);
  if (request.origin === undefined) {
    return request.hasSession ? refuse("http.origin", "origin", "no Origin header") : ok(true);
  }
  if (request.allowedOrigins.includes(request.origin)) return ok(true);
  const host = URL.canParse(request.origin) ? new URL(request.origin).host : undefined;
  return host !== undefined && host === request.host ? ok(true) : refuse("http.origin", "origin");
}

/** A cookie's name carries its instance: cookies ignore ports (RFC 6265 §8.5), and one host runs many levels. */
export function sessionCookieName(instance: string): string {
  return `packtrail_${instance.replace(/[^A-Za-z0-9_-]/g, "_")}`;
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(";") ?? []) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

export type CookieOptions = {
  readonly secure: boolean;
  readonly maxAgeSeconds?: number;
  readonly path?: string;
  readonly sameSite?: "Strict" | "Lax";
};

/** `maxAgeSeconds: 0` takes the cookie away. Values are tokens of this program's own, base64url. */
export function printCookie(name: string, value: string, options: CookieOptions): string {
  const parts = [
    `${name}=${value}`,
    `Path=${options.path ?? "/"}`,
    "HttpOnly",
    `SameSite=${options.sameSite ?? "Strict"}`,
  ];
  if (options.secure) parts.push("Secure");
  if (options.maxAgeSeconds !== undefined) parts.push(`Max-Age=${options.maxAgeSeconds}`);
  return parts.join("; ");
}
