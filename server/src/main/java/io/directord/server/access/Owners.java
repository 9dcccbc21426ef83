package io.directord.server.access;

import java.time.Instant;

/**
 * Those on whose behalf the server starts something by itself, long after they have asked for it.
 * May be called from any thread; may wait for the system's directory of users.
 */
public interface Owners {
  /** All of them may do everything. */
  Owners UNBOUND = (user, tokens, now) -> new Caller(user, false);

  /**
   * The caller of that name, with the rights that it has now: none if its token was revoked or has
   * expired.
   *
   * @param user as {@link Caller#user}
   */
  Caller find(String user, Tokens tokens, Instant now);

  /** What the server would have started is refused; for the audit log. */
  default void refused(Caller owner, String what, String why) {}
}
