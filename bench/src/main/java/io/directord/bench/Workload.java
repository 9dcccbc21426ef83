package io.directord.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A piece of work that is timed, and the anchor that its time is compared with. */
interface Workload extends AutoCloseable {
  String title();

  String anchorTitle();

  Limit must();

  Limit wants();

  /** Whether the original can do it too. */
  default boolean isOfTheOriginal() {
    return true;
  }

  /** Prepares cluster and anchor, before the measurement. */
  default void prepare(Cluster cluster) throws IOException, InterruptedException {}

  /**
   * The cluster that does the work, and whose processes are measured.
   *
   * @param ours the one of all rows
   * @return another that was prepared, if the work needs one of its own
   */
  default Cluster measured(Cluster ours) {
    return ours;
  }

  /** The measured work. */
  void run(Cluster cluster) throws IOException, InterruptedException;

  /** Checks what was done and cleans up, after the measurement. */
  default void check(Cluster cluster) throws IOException {}

  /** The measured work of the anchor, for comparison. */
  void anchor() throws IOException, InterruptedException;

  /** The processor time that the anchor's processes have used so far. */
  default CpuUse anchorCpu() {
    return CpuUse.ofCaller();
  }

  /** Seconds of the last run as the server counts them, without the start of the command line. */
  default OptionalDouble atServer(Cluster cluster) throws IOException {
    return OptionalDouble.empty();
  }

  /** After the last run. */
  @Override
  default void close() throws IOException {}

  /** The anchor of command lines: the least that a program on a JVM takes. */
  static void startJvm(Path directory) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Command.run(List.of(java, "-version"), Map.of(), directory.resolve("anchor.out"));
  }
}
