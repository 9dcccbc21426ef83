package io.directord.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The processor time of a cluster up to one moment; the difference of two is the cost of a piece of
 * work.
 *
 * @param roles who: {@value #SERVER}, {@value #NODES}, {@value #COMMANDS}, {@value #CALLER}
 * @param threads role and thread name, without its number, to its part; threads that have ended are
 *     missing
 */
record CpuUse(Map<String, Cpu> roles, Map<String, Cpu> threads) {
  static final String SERVER = "server";
  static final String NODES = "node clients";
  static final String COMMANDS = "commands they ran";
  static final String CALLER = "command line";

  private static final Path PROC = Path.of("/proc");

  /** Of a command that this process starts and reaps, when there is no cluster. */
  static CpuUse ofCaller() {
    return new CpuUse(Map.of(CALLER, Cpu.reaped(PROC.resolve("self/stat"))), Map.of());
  }

  static CpuUse of(ProcessHandle server, List<ProcessHandle> nodes) {
    CpuUse use = new CpuUse(new TreeMap<>(ofCaller().roles), new TreeMap<>());
    use.add(server, SERVER, SERVER);
    nodes.forEach(node -> use.add(node, NODES, COMMANDS));
    return use;
  }

  CpuUse minus(CpuUse earlier) {
    return new CpuUse(difference(roles, earlier.roles), difference(threads, earlier.threads));
  }

  private void add(ProcessHandle process, String role, String childRole) {
    Stream.concat(Stream.of(process), process.descendants())
        .map(one -> PROC.resolve(Long.toString(one.pid())))
        .forEach(
            directory -> {
              Path stat = directory.resolve("stat");
              roles.merge(role, Cpu.own(stat), Cpu::plus);
              roles.merge(childRole, Cpu.reaped(stat), Cpu::plus);
              addThreads(directory.resolve("task"), role);
            });
  }

  private void addThreads(Path directory, String role) {
    try (Stream<Path> tasks = Files.list(directory)) {
      for (Path task : tasks.toList()) {
        String name = Files.readString(task.resolve("comm")).strip().replaceFirst("[-\\d]+$", "");
        threads.merge(role + ": " + name, Cpu.own(task.resolve("stat")), Cpu::plus);
      }
    } catch (IOException gone) {
      // The thread or process has just ended.
    }
  }

  private static Map<String, Cpu> difference(Map<String, Cpu> now, Map<String, Cpu> earlier) {
    Map<String, Cpu> result = new HashMap<>();
    now.forEach((name, cpu) -> result.put(name, cpu.minus(earlier.getOrDefault(name, Cpu.NONE))));
    return result;
  }
}
