package io.directord.client.process;

import io.directord.client.process.ProcessTable.Entry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Everything that a job's command started. A process is known by any one of these: it descends from
 * the command, is in the process group or session of one that is known, carries the job's mark in
 * its environment, holds the command's output open, or has the job's {@linkplain TimerSlack timer
 * slack}. The node is part of the mark because another node of the same machine may run the same
 * job. Not thread-safe.
 */
public final class ProcessTree {
  private static final Logger LOG = System.getLogger(ProcessTree.class.getName());

  /** Environment variable of every command of a job, with the job's id. */
  static final String JOB = "DIRECTORD_JOB_ID";

  /** The same, with the node's identity. */
  static final String NODE = "DIRECTORD_NODE";

  /** Time between SIGTERM and SIGKILL. */
  static final Duration GRACE = Duration.ofSeconds(2);

  private static final String VARIABLE_OF_JOB = '\0' + JOB + '=';

  /**
   * Timeout of SIGKILL: a process that exists afterwards cannot be ended, for example because a
   * disk hangs.
   */
  private static final Duration GIVE_UP = Duration.ofSeconds(5);

  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final UUID job;
  private final Map<String, String> mark;
  private final long timerSlack = TimerSlack.next();
  private final long self = ProcessHandle.current().pid();
  private final Set<Entry> known = new HashSet<>();
  private Set<String> pipes = Set.of();
  private long command;
  private boolean adopted;

  /** The processes of that job on that node. */
  public ProcessTree(String node, UUID job) {
    this.job = job;
    this.mark = Map.of(JOB, job.toString(), NODE, node);
  }

  /**
   * The remaining processes.
   *
   * @param unended processes of the job that cannot be ended
   * @param doubtful processes that lost their parent while the job ran and may be the job's
   */
  public record Remains(List<String> unended, List<String> doubtful) {
    /** The continuation of "ended" in a message. */
    public String toText() {
      String text =
          unended.isEmpty()
              ? ", with everything it had started"
              : ", but some of its processes cannot be ended: " + String.join(", ", unended);
      return doubtful.isEmpty()
          ? text
          : text + "; these go on, and may be its own: " + String.join(", ", doubtful);
    }
  }

  /** Environment variables of every command of the job. */
  public Map<String, String> mark() {
    return mark;
  }

  /** The timer slack of every command of the job; see {@link Spawner#start}. */
  public long timerSlack() {
    return timerSlack;
  }

  /**
   * Ends processes with the marks of jobs whose commands are unknown. Not interruptible; an
   * interrupt is preserved.
   */
  public static void endLeft(String node, Collection<UUID> jobs) {
    if (jobs.isEmpty()) {
      return;
    }
    // All processes are looked at for all jobs, of which there may be thousands.
    Set<UUID> left = marked(node, jobs);
    LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    left.addAll(marked(node, jobs));
    left.forEach(job -> new ProcessTree(node, job).endAll());
  }

  /** Those of the jobs that have a process with their mark. */
  private static Set<UUID> marked(String node, Collection<UUID> jobs) {
    Map<String, UUID> byName = new HashMap<>();
    jobs.forEach(job -> byName.put(job.toString(), job));
    Set<UUID> found = new HashSet<>();
    for (Entry entry : ProcessTable.now().all()) {
      String environment = entry.environment();
      int job = environment.indexOf(VARIABLE_OF_JOB);
      if (job >= 0 && environment.contains('\0' + NODE + '=' + node + '\0')) {
        int from = job + VARIABLE_OF_JOB.length();
        UUID id = byName.get(environment.substring(from, environment.indexOf('\0', from)));
        if (id != null) {
          found.add(id);
        }
      }
    }
    return found;
  }

  /**
   * Ends a command and all its processes, with SIGTERM first, then SIGKILL. Returns when no process
   * is left that can be ended. Not interruptible; an interrupt is preserved.
   */
  public Remains end(Process process) {
    command = process.pid();
    adopted = process instanceof NativeProcess started && started.leavesOrphansToUs();
    pipes = OutputPipes.of(process);
    long started = ProcessTable.read(command).map(Entry::started).orElse(Long.MAX_VALUE);
    List<String> left = endAll();
    return new Remains(left, doubtful(started));
  }

  private List<String> endAll() {
    long start = System.nanoTime();
    Set<Entry> asked = new HashSet<>();
    boolean interrupted = Thread.interrupted();
    Set<Entry> left = findSurely();
    while (!left.isEmpty()) {
      long passed = System.nanoTime() - start;
      if (passed > GRACE.plus(GIVE_UP).toNanos()) {
        LOG.log(Level.ERROR, "job {0}: processes {1} cannot be ended", job, left);
        break;
      }
      boolean force = passed > GRACE.toNanos();
      for (Entry process : oldestFirst(left)) {
        if (force || asked.add(process)) {
          process.end(force);
        }
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      interrupted |= Thread.interrupted();
      left = findSurely();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return names(left);
  }

  /** The shell comes first: if its child ended first, it would start its next command. */
  private static List<Entry> oldestFirst(Set<Entry> processes) {
    return processes.stream()
        .sorted(Comparator.comparingLong(Entry::started).thenComparingLong(Entry::pid))
        .toList();
  }

  /** A process that begins a program has no environment, and so no mark, for a moment. */
  private Set<Entry> findSurely() {
    Set<Entry> found = find();
    if (found.isEmpty()) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
      found = find();
    }
    return found;
  }

  /**
   * The running processes of the job. Once found they are remembered, since their marks may vanish.
   */
  private Set<Entry> find() {
    ProcessTable table = ProcessTable.now();
    List<Entry> others = new ArrayList<>(table.all());
    others.removeIf(entry -> entry.pid() == self);
    Related related = new Related(command, table.get(self));
    known.forEach(related::add);
    Set<Entry> found = new HashSet<>();
    Predicate<Entry> wanted = entry -> known.contains(entry) || isMarked(entry, table);
    while (moveAll(others, wanted, found)) {
      found.forEach(related::add);
      wanted = related::test;
    }
    known.addAll(found);
    return found;
  }

  private static boolean moveAll(List<Entry> from, Predicate<Entry> wanted, Set<Entry> to) {
    List<Entry> moved = from.stream().filter(wanted).toList();
    to.addAll(moved);
    return from.removeAll(moved);
  }

  private boolean isMarked(Entry entry, ProcessTable table) {
    return entry.pid() == command
        || hasMark(entry)
        || !pipes.isEmpty()
            && (!adopted || table.isBeneath(entry, self))
            && (adopted && entry.timerSlack() == timerSlack || entry.holds(pipes));
  }

  private boolean hasMark(Entry entry) {
    String environment = entry.environment();
    return mark.entrySet().stream()
        .allMatch(v -> environment.contains('\0' + v.getKey() + '=' + v.getValue() + '\0'));
  }

  /**
   * Orphans of this process that began after the command and carry no job's mark, where the kernel
   * does not let this user see the timer slack that would tell whose they are.
   */
  private List<String> doubtful(long started) {
    if (!adopted) {
      return List.of();
    }
    return names(
        ProcessTable.now().all().stream()
            .filter(entry -> entry.parent() == self && entry.started() >= started)
            .filter(entry -> entry.timerSlack() < 0)
            .filter(entry -> !entry.environment().contains('\0' + JOB + '='))
            .toList());
  }

  private static List<String> names(Collection<Entry> processes) {
    return processes.stream().map(Entry::toString).sorted().toList();
  }

  /** The marks by which further processes are recognized. */
  private static final class Related {
    private final Set<Long> parents = new HashSet<>();
    private final Set<Long> groups = new HashSet<>();
    private final Set<Long> sessions = new HashSet<>();
    private final Entry self;

    Related(long command, Entry self) {
      this.self = self;
      if (command != 0 && command != self.group()) {
        groups.add(command);
      }
    }

    void add(Entry entry) {
      parents.add(entry.pid());
      if (entry.group() != self.group()) {
        groups.add(entry.group());
      }
      if (entry.session() != self.session()) {
        sessions.add(entry.session());
      }
    }

    boolean test(Entry entry) {
      return parents.contains(entry.parent())
          || groups.contains(entry.group())
          || sessions.contains(entry.session());
    }
  }
}
