package io.directord.cli.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SupervisionTest {
  @TempDir static Path directory;

  /** What systemd does: a datagram socket with a name. */
  private static final class Listener implements AutoCloseable {
    private final int socket;

    static {
      System.setProperty("jna.tmpdir", directory.toString());
      Native.register(Listener.class, NativeLibrary.getProcess());
    }

    static native int socket(int domain, int type, int protocol);

    static native int bind(int socket, byte[] address, int length);

    static native NativeLong recv(int socket, byte[] buffer, NativeLong length, int flags);

    static native int close(int socket);

    Listener(String name) {
      socket = socket(1, 2, 0);
      byte[] path = name.getBytes(StandardCharsets.UTF_8);
      if (path[0] == '@') {
        path[0] = 0;
      }
      byte[] address =
          ByteBuffer.allocate(2 + path.length)
              .order(ByteOrder.nativeOrder())
              .putShort((short) 1)
              .put(path)
              .array();
      assertEquals(0, bind(socket, address, address.length));
    }

    String heard() {
      byte[] buffer = new byte[200];
      int length = recv(socket, buffer, new NativeLong(buffer.length), 0).intValue();
      return new String(buffer, 0, length, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
      close(socket);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "@"})
  void systemdHearsThatItIsReadyAndThatItGoesOn(String kind) {
    String name = kind.equals("@") ? "@directord-" + UUID.randomUUID() : directory + "/notify";
    try (Listener systemd = new Listener(name)) {
      Supervision supervision =
          Supervision.of(Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "40000"), directory);
      AtomicLong turns = new AtomicLong();

      supervision.ready(turns::incrementAndGet);
      assertEquals("READY=1", systemd.heard());
      assertEquals("WATCHDOG=1", systemd.heard());
      assertEquals("WATCHDOG=1", systemd.heard());
    }
  }

  @Test
  void aLoopThatDoesNotTurnIsNotToldToGoOn() {
    List<String> said = new ArrayList<>();
    Supervision supervision = new Supervision(said::add, null);

    long seen = supervision.look(1, 2);
    seen = supervision.look(seen, 2);
    assertEquals(List.of("WATCHDOG=1"), said);
    supervision.look(seen, 3);
    assertEquals(List.of("WATCHDOG=1", "WATCHDOG=1"), said);
  }

  @Test
  void aWatchdogOfAnotherProcessIsNotFed() {
    String name = directory + "/other";
    try (Listener systemd = new Listener(name)) {
      Supervision supervision =
          Supervision.of(
              Map.of("NOTIFY_SOCKET", name, "WATCHDOG_USEC", "1000", "WATCHDOG_PID", "1"),
              directory);
      AtomicLong turns = new AtomicLong();

      supervision.ready(turns::incrementAndGet);
      supervision.stopping();
      assertEquals("READY=1", systemd.heard());
      assertEquals("STOPPING=1", systemd.heard());
      assertEquals(0, turns.get());
    }
  }

  @Test
  void withoutSystemdNothingIsSaid() {
    Supervision supervision = Supervision.of(Map.of("WATCHDOG_USEC", "1000"), directory);
    AtomicLong turns = new AtomicLong();

    supervision.ready(turns::incrementAndGet);
    supervision.stopping();
    assertEquals(0, turns.get());
  }
}
