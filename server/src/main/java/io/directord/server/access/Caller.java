package io.directord.server.access;

import io.directord.server.store.StoredToken;

/**
 * On whose behalf the server does something; every request has one.
 *
 * @param user as the kernel names the peer, the number of a user without a name; of a token its
 *     name behind {@code token:}; of a machine that has not said more its address behind {@code
 *     address:}; of a hook its name behind {@code hook:}; who would have a role alone, its name
 *     behind {@code role:}. No user of the system has a colon in its name.
 * @param hasServersRights whether it is root or the server's own user, so that it may have the
 *     server read any file for it, and is never kept out by what others use
 * @param rights as the roles were when it made the request
 * @param holder as the user, but of a token also its digest, since another token may have its name
 *     later
 */
public record Caller(String user, boolean hasServersRights, Rights rights, String holder) {
  private static final String TOKEN = "token:";
  private static final String ADDRESS = "address:";
  private static final String ROLE = "role:";
  private static final String HOOK = "hook:";

  /** A user of the system who may do everything. */
  public Caller(String user, boolean hasServersRights) {
    this(user, hasServersRights, Rights.ALL);
  }

  /** Who is known by that name alone. */
  public Caller(String user, boolean hasServersRights, Rights rights) {
    this(user, hasServersRights, rights, user);
  }

  /** Who has proved to have that token. */
  static Caller ofToken(StoredToken token, Rights rights) {
    String user = TOKEN + token.name();
    return new Caller(user, false, rights, user + Tokens.HOLDER + token.sha256());
  }

  /** Who would have a token of that name. */
  public static Caller ofToken(String name, Rights rights) {
    return new Caller(TOKEN + name, false, rights);
  }

  /** A hook, whose orchestration is the operator's. */
  public static Caller ofHook(String name) {
    return new Caller(HOOK + name, false, Rights.ALL);
  }

  /** A machine that may prove by the signature of its request which hook it may start. */
  public Caller signing() {
    return new Caller(user, false, Rights.SIGNING);
  }

  /** Whether it has proved nothing yet. */
  public boolean isStranger() {
    return user.startsWith(ADDRESS);
  }

  /** A machine of which no more is known, and which may do nothing. */
  public static Caller ofAddress(String address) {
    return new Caller(ADDRESS + address, false, Rights.NONE);
  }

  /**
   * The holder as which it must have sent what its jobs deliver; null if it may run any verb on all
   * nodes, and so could read on them whatever others deliver.
   */
  public String sender() {
    return rights.hasEverywhere(Permission.SUBMIT) ? null : holder;
  }

  /** The name of its token; null if it has none. */
  public String token() {
    return user.startsWith(TOKEN) ? user.substring(TOKEN.length()) : null;
  }

  /** As it is called in a sentence. */
  public String title() {
    return title(user);
  }

  /** The same of the caller of that name. */
  public static String title(String user) {
    return user.startsWith(TOKEN)
            || user.startsWith(ADDRESS)
            || user.startsWith(ROLE)
            || user.startsWith(HOOK)
        ? user.replaceFirst(":", " ")
        : "user " + user;
  }

  /** Whether it is the same one, whatever its rights were. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Caller caller
        && user.equals(caller.user)
        && hasServersRights == caller.hasServersRights;
  }

  @Override
  public int hashCode() {
    return user.hashCode();
  }
}
