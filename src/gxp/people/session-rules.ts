import type { Instant } from "../../kernel/base/time.ts";

export type SignInVia = "password" | "badge" | "provider";

export type SessionState = {
  readonly sessionId: string;
  readonly userId: string;
  readonly via: SignInVia;
  readonly createdAt: Instant;
  readonly lastSeenAt: Instant;
  readonly endsAt: Instant;
};

/** A session ends when nothing was done for this long… */
export const sessionIdleMs = 30 * 60_000;
/** …and after a shift, whatever is done. */
export const sessionMs = 12 * 60 * 60_000;
/** Being seen is written at most this often. */
export const sessionTouchMs = 60_000;

export function newSession(sessionId: string, userId: string, via: SignInVia, now: Instant): SessionState {
  return { sessionId, userId, via, createdAt: now, lastSeenAt: now, endsAt: now + sessionMs };
}

export function sessionLives(session: SessionState, now: Instant): boolean {
  return now < session.endsAt && now - session.lastSeenAt < sessionIdleMs;
}

export function shouldTouch(session: SessionState, now: Instant): boolean {
  return now - session.lastSeenAt >= sessionTouchMs;
}
