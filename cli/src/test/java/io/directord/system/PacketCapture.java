package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tcpdump sees of some ports on the loopback interface. */
final class PacketCapture implements AutoCloseable {
  private final Process tcpdump;
  private final Path file;
  private final Path messages;

  private PacketCapture(Process tcpdump, Path file, Path messages) {
    this.tcpdump = tcpdump;
    this.file = file;
    this.messages = messages;
  }

  /** Begins; skips the test with the reason if this machine does not let us. */
  static PacketCapture start(Path directory, int... ports) throws IOException {
    Path file = directory.resolve("capture.pcap");
    Path messages = directory.resolve("tcpdump.txt");
    StringBuilder filter = new StringBuilder("port " + ports[0]);
    for (int i = 1; i < ports.length; i++) {
      filter.append(" or port ").append(ports[i]);
    }
    // As the user who started it, who must be able to write to the directory; unbuffered; all of
    // it.
    ProcessBuilder builder =
        new ProcessBuilder(
                "tcpdump",
                "-i",
                "lo",
                "-U",
                "-s",
                "0",
                "-B",
                "16384",
                "-w",
                file.toString(),
                filter.toString())
            .redirectErrorStream(true)
            .redirectOutput(messages.toFile());
    Process tcpdump;
    try {
      tcpdump = builder.start();
    } catch (IOException e) {
      assumeTrue(false, "tcpdump cannot be started: " + e.getMessage());
      throw e;
    }
    awaiting("tcpdump listens")
        .until(() -> !tcpdump.isAlive() || Files.readString(messages).contains("listening on"));
    assumeTrue(tcpdump.isAlive(), "tcpdump may not listen: " + Files.readString(messages));
    return new PacketCapture(tcpdump, file, messages);
  }

  /** Whether the packets so far hold that text. */
  boolean contains(String text) {
    try {
      // Bytes as characters, one to one.
      String packets = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      return packets.contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What tcpdump said, with how many packets it missed once it has ended. */
  String messages() {
    try {
      return Files.readString(messages);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    tcpdump.destroy();
    awaiting("tcpdump ends").until(() -> !tcpdump.isAlive());
  }
}
