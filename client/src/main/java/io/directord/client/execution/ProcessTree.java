package io.directord.client.execution;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Everything that a job's command started: its descendants, and every process whose environment
 * carries the mark of the job and this node, since those that forked twice or made a session of
 * their own are no descendants any more. The node is part of it because another node of the same
 * machine may run the same job.
 */
public final class ProcessTree {
  private static final Logger LOG = System.getLogger(ProcessTree.class.getName());

  /** Environment variable that every command of a job is given; its value is the job's id. */
  static final String JOB = "DIRECTORD_JOB_ID";

  /** The same, with the node's identity. */
  static final String NODE = "DIRECTORD_NODE";

  /** Between asking processes to end and ending them. */
  static final Duration GRACE = Duration.ofSeconds(2);

  /** Who is still there after this cannot be ended, for example because a disk does not answer. */
  private static final Duration GIVE_UP = Duration.ofSeconds(5);

  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final UUID job;
  private final Map<String, String> mark;

  /** What that job started on that node. */
  public ProcessTree(String node, UUID job) {
    this.job = job;
    this.mark = Map.of(JOB, job.toString(), NODE, node);
  }

  /** What the environment of every command of the job holds. */
  Map<String, String> mark() {
    return mark;
  }

  /** Ends what carries the mark of a job whose command is not known any more. */
  public void end() {
    endAll(this::marked);
  }

  /**
   * Ends a command and everything it started: asked first, then made to. Returns when none is left.
   * Not interruptible; an interrupt is kept.
   */
  void end(ProcessHandle command) {
    Set<ProcessHandle> known = new HashSet<>();
    known.add(command);
    endAll(
        () -> {
          // Descendants are kept once seen: when their parent is gone they are nobody's.
          Set<ProcessHandle> all = new HashSet<>(known);
          known.forEach(handle -> handle.descendants().forEach(all::add));
          all.addAll(marked());
          all.removeIf(handle -> !isRunning(handle));
          known.addAll(all);
          return all;
        });
  }

  private void endAll(Supplier<Set<ProcessHandle>> processes) {
    long start = System.nanoTime();
    Set<ProcessHandle> asked = new HashSet<>();
    boolean interrupted = Thread.interrupted();
    for (Set<ProcessHandle> left = processes.get(); !left.isEmpty(); left = processes.get()) {
      long passed = System.nanoTime() - start;
      if (passed > GRACE.plus(GIVE_UP).toNanos()) {
        LOG.log(Level.ERROR, "job {0}: processes {1} cannot be ended", job, left);
        break;
      }
      boolean force = passed > GRACE.toNanos();
      for (ProcessHandle process : left) {
        if (force) {
          process.destroyForcibly();
        } else if (asked.add(process)) {
          process.destroy();
        }
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Live processes, but zombies, whose environment carries the mark. */
  private Set<ProcessHandle> marked() {
    Set<ProcessHandle> found = new HashSet<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path folder : folders) {
        if (isMarked(folder)) {
          long pid = Long.parseLong(folder.getFileName().toString());
          Optional<ProcessHandle> handle = ProcessHandle.of(pid);
          // Looked at again: the number could have been given to another process meanwhile.
          handle.filter(h -> isMarked(folder)).ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      LOG.log(Level.WARNING, "/proc cannot be read: {0}", e.getMessage());
    }
    found.remove(ProcessHandle.current());
    return found;
  }

  /** One that has ended and that nobody asked about yet is there, but runs no more. */
  private static boolean isRunning(ProcessHandle handle) {
    try {
      String stat = Files.readString(Path.of("/proc", "" + handle.pid(), "stat"));
      // The name before it may hold anything, also a parenthesis.
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return state != 'Z' && state != 'X' && handle.isAlive();
    } catch (IOException e) {
      // It is gone.
      return false;
    }
  }

  private boolean isMarked(Path folder) {
    try {
      byte[] environment = Files.readAllBytes(folder.resolve("environ"));
      String text = '\0' + new String(environment, StandardCharsets.UTF_8);
      return mark.entrySet().stream()
          .allMatch(entry -> text.contains('\0' + entry.getKey() + '=' + entry.getValue() + '\0'));
    } catch (IOException e) {
      // It has ended, or belongs to somebody else.
      return false;
    }
  }
}
