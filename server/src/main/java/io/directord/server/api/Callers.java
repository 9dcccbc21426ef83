package io.directord.server.api;

import io.directord.server.access.Caller;
import io.directord.server.access.Identity;
import io.directord.server.access.Roles;
import io.directord.server.access.UserGroups;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdk.net.ExtendedSocketOptions;

/**
 * Asks the kernel who has opened a connection, before anything is read from it. Stands in the
 * listener's pipeline, on a thread of its own: the system may take its time to name a user. Groups
 * are looked up on further ones, where roles need them; the connection waits, and others do not.
 */
@ChannelHandler.Sharable
final class Callers extends ChannelInboundHandlerAdapter implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Callers.class.getName());
  private static final AttributeKey<Caller> CALLER = AttributeKey.valueOf("caller");
  private static final AttributeKey<Caller> PEER = AttributeKey.valueOf("peer");
  private static final AttributeKey<Membership> MEMBERSHIP = AttributeKey.valueOf("membership");
  private static final AttributeKey<Identity> IDENTITY = AttributeKey.valueOf("identity");

  private final UserPrincipal owner;
  private final UserPrincipal root;
  private final Roles roles;
  private final GroupLookups groups;

  /** Connections whose users' groups are being looked up. */
  private final Set<Channel> waiting = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  /**
   * From what a user of the socket has its rights.
   *
   * @param groups as they were when it connected
   * @param version of the roles
   */
  private record Membership(Roles roles, Set<String> groups, long version) {
    Caller caller(String user, boolean hasServersRights) {
      return new Caller(user, hasServersRights, roles.ofUser(user, hasServersRights, groups));
    }
  }

  /**
   * @param owner the server's own user
   */
  Callers(UserPrincipal owner, Roles roles, UserGroups groups) throws IOException {
    this.roles = roles;
    this.groups = new GroupLookups(groups);
    this.owner = owner;
    this.root = root();
  }

  private static UserPrincipal root() throws IOException {
    UserPrincipalLookupService users = Path.of("/").getFileSystem().getUserPrincipalLookupService();
    try {
      return users.lookupPrincipalByName("root");
    } catch (UserPrincipalNotFoundException e) {
      return users.lookupPrincipalByName("0");
    }
  }

  /** A connection was opened by this caller. */
  static void accepted(Channel connection, Caller peer) {
    connection.attr(PEER).set(peer);
    set(connection, peer);
  }

  /**
   * A connection was opened by a user of this machine.
   *
   * @param groups those of the user
   */
  static void accepted(
      Channel connection, String user, boolean hasServersRights, Roles roles, Set<String> groups) {
    Membership membership = new Membership(roles, groups, roles.version());
    connection.attr(MEMBERSHIP).set(membership);
    accepted(connection, membership.caller(user, hasServersRights));
    // What reads files by itself stays at the socket.
    proved(
        connection,
        () -> Optional.of(new Caller(user, false, roles.ofUser(user, hasServersRights, groups))));
  }

  /** Who has opened a connection; for any thread. */
  static Caller peer(Channel connection) {
    return connection.attr(PEER).get();
  }

  /** The caller of the last request of a connection, else its peer; for any thread. */
  static Caller of(Channel connection) {
    return connection.attr(CALLER).get();
  }

  /**
   * The caller with its rights as the roles are now; for the connection's event loop. Its groups
   * stay those that it had when it connected.
   */
  static Caller withRights(Channel connection) {
    Membership then = connection.attr(MEMBERSHIP).get();
    if (then != null && then.version != then.roles.version()) {
      Membership now = new Membership(then.roles, then.groups, then.roles.version());
      connection.attr(MEMBERSHIP).set(now);
      Caller caller = of(connection);
      set(connection, now.caller(caller.user(), caller.hasServersRights()));
    }
    return of(connection);
  }

  /** A request has proved whom it comes from. */
  static void proved(Channel connection, Identity identity) {
    connection.attr(IDENTITY).set(identity);
  }

  /** What the last request proved that did; null if none has. For any thread. */
  static Identity identity(Channel connection) {
    return connection.attr(IDENTITY).get();
  }

  static void set(Channel connection, Caller caller) {
    connection.attr(CALLER).set(caller);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    Channel connection = (Channel) accepted;
    try {
      opened(context, connection, user(connection));
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a connection is ended, since it is not known whose it is", e);
      connection.unsafe().closeForcibly();
    }
  }

  /** A user has opened a connection: it is admitted, now or later, or ended. */
  void opened(ChannelHandlerContext context, Channel connection, UserPrincipal user) {
    boolean hasServersRights = user.equals(owner) || user.equals(root);
    // Who has all rights need not wait for the system's directory of users.
    if (hasServersRights || !roles.namesGroups()) {
      admit(context, connection, user, hasServersRights, Set.of());
    } else if (!admitLater(context, connection, user)) {
      if (!closed) {
        LOG.log(
            Level.WARNING,
            "a connection of user {0} is ended: as many as may wait already for the system to say"
                + " in which groups their users are",
            user.getName());
      }
      connection.unsafe().closeForcibly();
    }
  }

  private static UserPrincipal user(Channel connection) {
    return connection
        .config()
        .getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED))
        .user();
  }

  /**
   * Admits the connection when the groups of its user are known.
   *
   * @return false if too many wait for theirs, or if the server ends
   */
  private boolean admitLater(
      ChannelHandlerContext context, Channel connection, UserPrincipal user) {
    waiting.add(connection);
    // Whoever closes this meanwhile finds the connection there.
    boolean isTaken =
        !closed
            && groups.of(
                user.getName(),
                names ->
                    context
                        .executor()
                        .execute(
                            () -> {
                              if (waiting.remove(connection)) {
                                admit(context, connection, user, false, names);
                              }
                            }));
    if (!isTaken) {
      waiting.remove(connection);
    }
    return isTaken;
  }

  private void admit(
      ChannelHandlerContext context,
      Channel connection,
      UserPrincipal user,
      boolean hasServersRights,
      Set<String> names) {
    accepted(connection, user.getName(), hasServersRights, roles, names);
    context.fireChannelRead(connection);
  }

  /** Ends the connections that wait for the groups of their users. */
  @Override
  public void close() {
    closed = true;
    groups.close();
    for (Channel connection : waiting) {
      if (waiting.remove(connection)) {
        connection.unsafe().closeForcibly();
      }
    }
  }
}
