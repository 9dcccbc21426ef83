package io.directord.server.api;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.nio.NioChannelOption;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

/** Who is at the other end of a connection, as the kernel says. */
final class Peer {
  private final Channel channel;

  Peer(Channel channel) {
    this.channel = channel;
  }

  /** The user's name, or number if it has none. May look into the system's user database. */
  String name() {
    return user().getName();
  }

  /**
   * May look into the system's user database.
   *
   * @throws ApiProblem if the peer has gone: whoever it was is not known any more
   */
  UserPrincipal user() {
    try {
      UnixDomainPrincipal principal =
          channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.SO_PEERCRED));
      return principal.user();
    } catch (ChannelException e) {
      throw ApiProblem.bad("the connection was closed before the request was done");
    }
  }

  /**
   * Whether it is root or the server's own user. Whoever names a path makes the server read it with
   * the server's rights. Only those may who have these rights anyhow; all others send what they can
   * read themselves.
   *
   * @param owner the server's own user
   */
  boolean hasRightsOf(UserPrincipal owner) throws IOException {
    UserPrincipal user = user();
    return user.equals(owner) || user.equals(root());
  }

  private static UserPrincipal root() throws IOException {
    var users = Path.of("/").getFileSystem().getUserPrincipalLookupService();
    try {
      return users.lookupPrincipalByName("root");
    } catch (UserPrincipalNotFoundException e) {
      return users.lookupPrincipalByName("0");
    }
  }
}
