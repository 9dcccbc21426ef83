package io.directord.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.DoubleBinaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The resources of a Java process.
 *
 * @param megabytes its share of memory (PSS), in 10^6 bytes
 * @param heap what is left of its heap after a collection, in 10^6 bytes
 * @param descriptors open files, pipes and sockets
 * @param threads all of them
 */
record Vitals(double megabytes, double heap, int descriptors, int threads) {
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  /** Has the process collect its garbage first. */
  static Vitals of(ProcessHandle process) throws IOException, InterruptedException {
    jcmd(process, "GC.run");
    double heap = 0;
    Matcher used = USED.matcher(jcmd(process, "GC.heap_info"));
    // Of the generations; what follows is the metaspace.
    for (int generation = 0; generation < 2 && used.find(); generation++) {
      heap += Long.parseLong(used.group(1)) * 1024 / 1e6;
    }
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    return new Vitals(
        Idle.pss(process), heap, count(proc.resolve("fd")), count(proc.resolve("task")));
  }

  /** Of two, figure by figure. */
  Vitals with(Vitals other, DoubleBinaryOperator choice) {
    return new Vitals(
        choice.applyAsDouble(megabytes, other.megabytes),
        choice.applyAsDouble(heap, other.heap),
        (int) choice.applyAsDouble(descriptors, other.descriptors),
        (int) choice.applyAsDouble(threads, other.threads));
  }

  private static int count(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return (int) entries.count();
    }
  }

  private static String jcmd(ProcessHandle process, String command)
      throws IOException, InterruptedException {
    Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process jcmd =
        new ProcessBuilder(program.toString(), Long.toString(process.pid()), command)
            .redirectErrorStream(true)
            .start();
    String output = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IOException("jcmd " + process.pid() + " " + command + ": " + output);
    }
    return output;
  }
}
