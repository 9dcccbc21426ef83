package io.directord.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A piece of work that is timed, and the anchor that its time is compared with. */
interface Work {
  String title();

  String anchorTitle();

  Limit must();

  Limit wants();

  /** Before the clock starts, for the cluster and for the anchor. */
  default void prepare(Cluster cluster) throws IOException {}

  /** What the clock measures. */
  void run(Cluster cluster) throws IOException, InterruptedException;

  /** After the clock has stopped. */
  default void check(Cluster cluster) throws IOException {}

  /** What the clock measures, for comparison. */
  void anchor() throws IOException, InterruptedException;

  /** Seconds of the last run without the command line's own start, as our server counts them. */
  default OptionalDouble atServer(Cluster cluster) throws IOException {
    return OptionalDouble.empty();
  }

  /** The anchor of command lines: the least that a program on a JVM takes. */
  static void startJvm(Path folder) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Command.run(List.of(java, "-version"), Map.of(), folder.resolve("anchor.out"));
  }
}
