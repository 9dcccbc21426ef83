package io.directord.server.access;

/**
 * On whose behalf the server does something; every request has one.
 *
 * @param user as the kernel names the peer, the number of a user without a name; of a token its
 *     name behind {@code token:}; of a machine that has not said more its address behind {@code
 *     address:}. No user of the system has a colon in its name.
 * @param hasServersRights whether it is root or the server's own user, so that it may have the
 *     server read any file for it, and is never kept out by what others use
 * @param role of a token; null for a user of the system
 */
public record Caller(String user, boolean hasServersRights, String role) {
  private static final String TOKEN = "token:";
  private static final String ADDRESS = "address:";

  /** A user of the system, at the socket. */
  public Caller(String user, boolean hasServersRights) {
    this(user, hasServersRights, null);
  }

  /** Who has proved to have that token. */
  public static Caller ofToken(String name, String role) {
    return new Caller(TOKEN + name, false, role);
  }

  /** A machine of which no more is known, and which may do nothing. */
  public static Caller ofAddress(String address) {
    return new Caller(ADDRESS + address, false, "");
  }

  public boolean isToken() {
    return user.startsWith(TOKEN);
  }

  /** As it is called in a sentence. */
  public String title() {
    return title(user);
  }

  /** The same of the caller of that name. */
  public static String title(String user) {
    return user.startsWith(TOKEN) || user.startsWith(ADDRESS)
        ? user.replaceFirst(":", " ")
        : "user " + user;
  }
}
