package io.directord.attack;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Listens at a socket of the server's name, and tells how many bytes the first caller sent. */
final class Impostor {
  private Impostor() {}

  /** The argument is the socket's path. */
  public static void main(String[] args) throws Exception {
    Path socket = Path.of(args[0]);
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
      System.out.println("listening");
      try (SocketChannel caller = listener.accept()) {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
        while (caller.read(bytes) >= 0) {
          // Until the caller leaves.
        }
        System.out.println(bytes.position());
      }
    }
  }
}
