package io.directord.common.api;

import io.directord.common.security.Owners;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;

/** Connects to the server's socket, or throws with a message for people. */
final class Connector {
  private static final String HOW_TO_START =
      " Start one with 'directord server', or name the socket of one with --socket-path.";

  /**
   * Ours has 0660, unless somebody changes that; a request that it does not know ends the process
   * of the original.
   */
  private static final Set<PosixFilePermission> ORIGINALS_MODE =
      PosixFilePermissions.fromString("rwxrwxr-x");

  /** What our server has beside its socket as long as it lives. */
  private static final String LOCK = ".lock";

  private Connector() {}

  private static boolean isOurs(Path socket) {
    return Files.exists(socket.resolveSibling(socket.getFileName() + LOCK));
  }

  static SocketChannel connect(Path socket) throws IOException {
    PosixFileAttributes attributes = attributes(socket);
    if (attributes.permissions().equals(ORIGINALS_MODE) && !isOurs(socket)) {
      throw new NoServerException(
          ErrorCode.SERVER_NOT_RUNNING,
          "no server at "
              + socket
              + ": that socket belongs to a server of the original, by its mode 0775, and as no "
              + socket.getFileName()
              + LOCK
              + " is beside it; nothing was sent to it."
              + " Stop it and run 'directord server' in its place (docs/migration.md), or"
              + " name another socket with --socket-path.",
          null);
    }
    String group = attributes.group().getName();
    try {
      return trusted(SocketChannel.open(UnixDomainSocketAddress.of(socket)), socket);
    } catch (ConnectException e) {
      throw new NoServerException(
          ErrorCode.SERVER_NOT_RUNNING,
          "no server at " + socket + ": nothing listens there any more." + HOW_TO_START,
          e);
    } catch (SocketException e) {
      if (String.valueOf(e.getMessage()).contains("Permission denied")) {
        throw denied(socket, group, e);
      }
      throw new NoServerException(
          ErrorCode.SERVER_NOT_RUNNING,
          "no server at " + socket + ": " + e.getMessage() + "." + HOW_TO_START,
          e);
    }
  }

  /**
   * In a directory where everyone may put files, anybody could have made a socket of that name, and
   * would be given what is meant for the server, secrets included.
   */
  private static SocketChannel trusted(SocketChannel channel, Path socket) throws IOException {
    try {
      if (isOpenToAll(socket.toAbsolutePath().getParent())
          || isOpenToAll(socket.toRealPath().getParent())) {
        UserPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
        if (!Owners.isTrusted(peer)) {
          throw new NoServerException(
              ErrorCode.SOCKET_DENIED,
              "who listens at the socket "
                  + socket
                  + " is "
                  + peer.getName()
                  + ", in a directory where everyone may put files; nothing was sent there."
                  + " If that is the server's user, have its socket in another directory, or run"
                  + " this as that user.",
              null);
        }
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static boolean isOpenToAll(Path directory) throws IOException {
    return Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE);
  }

  private static PosixFileAttributes attributes(Path socket) throws IOException {
    try {
      return Files.readAttributes(socket, PosixFileAttributes.class);
    } catch (AccessDeniedException e) {
      throw denied(socket, null, e);
    } catch (FileSystemException e) {
      // The socket does not exist, or the path is invalid.
      throw new NoServerException(
          ErrorCode.SERVER_NOT_RUNNING,
          "no server at " + socket + ": there is no such socket." + HOW_TO_START,
          e);
    }
  }

  private static NoServerException denied(Path socket, String group, IOException cause) {
    String reason;
    if (group == null) {
      reason = "its directory may not be entered.";
    } else if (group.equals("root")) {
      reason = "only root may use it, unless the server is started with --socket-group.";
    } else {
      reason = "group '" + group + "' may use it. Join it (usermod -aG " + group + " USER),";
    }
    return new NoServerException(
        ErrorCode.SOCKET_DENIED,
        "no permission for the socket "
            + socket
            + ": "
            + reason
            + (group == null || group.equals("root") ? " Run" : " or run")
            + " this as root or as the server's user.",
        cause);
  }
}
