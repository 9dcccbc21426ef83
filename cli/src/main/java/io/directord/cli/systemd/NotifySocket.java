package io.directord.cli.systemd;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The datagram socket at which systemd hears its services ({@code sd_notify(3)}). Java has no Unix
 * datagram sockets, so the C library's are called.
 */
final class NotifySocket {
  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 02000000;
  private static final int MSG_NOSIGNAL = 0x4000;

  private final byte[] address;

  /**
   * @param name from {@code NOTIFY_SOCKET}: a path, or an abstract name that begins with @
   * @param directory where the library that calls the C library is unpacked for a moment
   */
  NotifySocket(String name, Path directory) {
    this.address = address(name);
    // As in client.process: never below the home directory, which may not be writable.
    System.setProperty("jna.nosys", "true");
    System.setProperty("jna.tmpdir", directory.toString());
  }

  /** The functions; loaded when something is first sent. */
  private static final class C {
    static {
      Native.register(C.class, NativeLibrary.getProcess());
    }

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native NativeLong sendto(
        int socket, byte[] text, NativeLong length, int flags, byte[] address, int addressLength)
        throws LastErrorException;

    static native int close(int descriptor);
  }

  /**
   * @throws IOException if it could not be sent
   */
  void send(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try {
      int socket = C.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      try {
        C.sendto(
            socket, bytes, new NativeLong(bytes.length), MSG_NOSIGNAL, address, address.length);
      } finally {
        C.close(socket);
      }
    } catch (LastErrorException | LinkageError e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** A {@code sockaddr_un}; an abstract name begins with a NUL there, and ends with its length. */
  private static byte[] address(String name) {
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    boolean isAbstract = path[0] == '@';
    if (isAbstract) {
      path[0] = 0;
    }
    return ByteBuffer.allocate(Short.BYTES + path.length + (isAbstract ? 0 : 1))
        .order(ByteOrder.nativeOrder())
        .putShort(AF_UNIX)
        .put(path)
        .array();
  }
}
