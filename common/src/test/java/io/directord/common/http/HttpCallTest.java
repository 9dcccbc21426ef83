package io.directord.common.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpCallTest {
  @TempDir Path folder;

  @Test
  void silenceIsToldOnceAndTheTimeoutNamesTheSocketAndWhatToDo() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s.sock"));
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
}
