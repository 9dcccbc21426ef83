package io.directord.common.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpCallTest {
  @TempDir Path directory;

  @Test
  void silenceIsToldOnceAndTheTimeoutNamesTheSocketAndWhatToDo() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s.sock"));
    List<String> told = new ArrayList<>();
    try (var silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.bind(address);
      try (HttpCall call =
          new HttpCall(SocketChannel.open(address), "GET", Duration.ofMillis(20))) {
        call.onSilence(Duration.ofMillis(10), () -> told.add("silent"));
        call.send("/", null);
        String message = assertThrows(SocketTimeoutException.class, call::await).getMessage();
        assertEquals(
            "timeout: the server at "
                + address
                + " has been silent for 0 seconds; if it is stopped or hangs, see its log and"
                + " restart it",
            message);
      }
    }
    assertEquals(List.of("silent"), told);
  }

  /** Neither the timeout nor the heap bounds what keeps on coming. */
  @Test
  void headersWithoutAnEndAreGivenUp() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s.sock"));
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(address);
      for (int pause : new int[] {0, 5}) {
        Thread thread = new Thread(() -> drip(listener, pause));
        thread.start();
        try (HttpCall call =
            new HttpCall(
                SocketChannel.open(address),
                "GET",
                pause == 0 ? Duration.ofMinutes(4) : Duration.ofMillis(200))) {
          call.send("/", null);
          IOException ended = assertThrows(IOException.class, call::await);
          Class<?> kind = pause == 0 ? ProtocolException.class : SocketTimeoutException.class;
          assertEquals(kind, ended.getClass());
        }
        thread.join();
      }
    }
  }

  private static void drip(ServerSocketChannel listener, int pauseMillis) {
    try (SocketChannel peer = listener.accept()) {
      peer.write(ByteBuffer.wrap("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII)));
      while (true) {
        String piece = pauseMillis == 0 ? "X: y\r\n".repeat(1000) : "x";
        peer.write(ByteBuffer.wrap(piece.getBytes(StandardCharsets.US_ASCII)));
        Thread.sleep(pauseMillis);
      }
    } catch (IOException | InterruptedException e) {
      // The other side has had enough.
    }
  }
}
