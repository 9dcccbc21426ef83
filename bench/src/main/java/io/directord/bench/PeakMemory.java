package io.directord.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The most memory (RSS) that processes had since the last {@link #reset}, in 10^6 bytes.
 *
 * @param node of the client that had the most
 */
record PeakMemory(double server, double node) {
  /** Has the kernel forget the peak, see proc(5). */
  private static final String FORGET = "5";

  static void reset(Cluster cluster) throws IOException {
    for (ProcessHandle process : all(cluster)) {
      Files.writeString(proc(process, "clear_refs"), FORGET);
    }
  }

  static PeakMemory of(Cluster cluster) {
    return new PeakMemory(
        peak(cluster.serverProcess()),
        cluster.nodeProcesses().stream().mapToDouble(PeakMemory::peak).max().orElse(0));
  }

  private static List<ProcessHandle> all(Cluster cluster) {
    return Stream.concat(Stream.of(cluster.serverProcess()), cluster.nodeProcesses().stream())
        .toList();
  }

  private static double peak(ProcessHandle process) {
    try (Stream<String> lines = Files.lines(proc(process, "status"))) {
      String line = lines.filter(l -> l.startsWith("VmHWM:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path proc(ProcessHandle process, String file) {
    return Path.of("/proc", Long.toString(process.pid()), file);
  }
}
