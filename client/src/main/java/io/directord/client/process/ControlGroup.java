package io.directord.client.process;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The kernel's control groups of one command, version 1 or 2, with limits that hold for all its
 * processes together. {@link #close} ends every process in them, whatever it has done to hide. Not
 * thread-safe.
 */
public final class ControlGroup implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ControlGroup.class.getName());
  private static final String MEMORY = "memory";
  private static final String CPU = "cpu";
  private static final String PROCESSES = "cgroup.procs";

  /** Microseconds in which the limit of CPU time is given. */
  private static final long PERIOD = 100_000;

  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Map<String, Path> groups = new LinkedHashMap<>();

  private ControlGroup() {}

  /**
   * Makes the groups.
   *
   * @param memory bytes of memory, swap included; or null
   * @param cpu percent of one CPU's time; or null
   * @throws IOException if this process may not, or the system has no such groups
   */
  public static ControlGroup make(String node, UUID job, Long memory, Integer cpu)
      throws IOException {
    ControlGroup group = new ControlGroup();
    try {
      if (memory != null) {
        group.limitMemory(node, job, memory);
      }
      if (cpu != null) {
        group.limitCpu(node, job, cpu);
      }
      return group;
    } catch (IOException e) {
      group.close();
      throw e;
    }
  }

  private void limitMemory(String node, UUID job, long bytes) throws IOException {
    Hierarchy hierarchy = Hierarchy.of(MEMORY);
    Path group = add(hierarchy, MEMORY, node, job);
    String limit = Long.toString(bytes);
    if (hierarchy.isUnified()) {
      Hierarchy.write(group.resolve("memory.max"), limit);
      writeIfThere(group.resolve("memory.swap.max"), "0");
      writeIfThere(group.resolve("memory.oom.group"), "1");
    } else {
      Hierarchy.write(group.resolve("memory.limit_in_bytes"), limit);
      writeIfThere(group.resolve("memory.memsw.limit_in_bytes"), limit);
    }
  }

  private void limitCpu(String node, UUID job, int percent) throws IOException {
    Hierarchy hierarchy = Hierarchy.of(CPU);
    Path group = add(hierarchy, CPU, node, job);
    long quota = PERIOD * percent / 100;
    if (hierarchy.isUnified()) {
      Hierarchy.write(group.resolve("cpu.max"), quota + " " + PERIOD);
    } else {
      Hierarchy.write(group.resolve("cpu.cfs_period_us"), Long.toString(PERIOD));
      Hierarchy.write(group.resolve("cpu.cfs_quota_us"), Long.toString(quota));
    }
  }

  private Path add(Hierarchy hierarchy, String controller, String node, UUID job)
      throws IOException {
    Path group = hierarchy.make(name(node, job), controller);
    groups.put(controller, group);
    return group;
  }

  /** Another node of the same machine may run the same job. */
  private static String name(String node, UUID job) {
    byte[] both = (job + "/" + node).getBytes(StandardCharsets.UTF_8);
    return "directord-" + UUID.nameUUIDFromBytes(both);
  }

  private static void writeIfThere(Path file, String text) throws IOException {
    if (Files.exists(file)) {
      Hierarchy.write(file, text);
    }
  }

  /** Files to which a process writes 0 to join the groups. */
  public List<Path> entrances() {
    return groups.values().stream().distinct().map(group -> group.resolve(PROCESSES)).toList();
  }

  /** Whether the kernel has ended processes, since they needed more memory. */
  public boolean ranOutOfMemory() {
    Path group = groups.get(MEMORY);
    if (group == null) {
      return false;
    }
    try {
      Path events = group.resolve("memory.events");
      Path file = Files.exists(events) ? events : group.resolve("memory.oom_control");
      return Files.readAllLines(file).stream()
          .anyMatch(line -> line.startsWith("oom_kill ") && !line.endsWith(" 0"));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0}", IoErrors.sayWhere(e));
      return false;
    }
  }

  /** Ends the groups of a job that a client before this one has left. */
  public static void endLeft(String node, UUID job) {
    ControlGroup left = new ControlGroup();
    for (String controller : List.of(MEMORY, CPU)) {
      try {
        Path group = Hierarchy.of(controller).own().resolve(name(node, job));
        if (Files.isDirectory(group)) {
          left.groups.put(controller, group);
        }
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "no control groups: {0}", IoErrors.sayWhere(e));
      }
    }
    left.close();
  }

  /** Ends every process in the groups, and removes them. Not interruptible. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    groups.values().stream().distinct().forEach(ControlGroup::remove);
    groups.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Path group) {
    long start = System.nanoTime();
    IOException failure = null;
    while (Files.isDirectory(group) && System.nanoTime() - start < GIVE_UP_NANOS) {
      try {
        endAll(group);
        Files.delete(group);
        return;
      } catch (IOException e) {
        // Processes that were killed are there for a moment.
        failure = e;
        LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      }
    }
    if (failure != null) {
      LOG.log(
          Level.ERROR,
          "the control group {0} cannot be removed: {1}",
          group,
          IoErrors.sayWhere(failure));
    }
  }

  private static void endAll(Path group) throws IOException {
    Path kill = group.resolve("cgroup.kill");
    List<String> pids = new ArrayList<>(Files.readAllLines(group.resolve(PROCESSES)));
    if (!pids.isEmpty() && Files.exists(kill)) {
      Hierarchy.write(kill, "1");
      return;
    }
    for (String pid : pids) {
      ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
