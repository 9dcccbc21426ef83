package io.directord.server.rolling;

import io.directord.common.job.Amount;
import io.directord.common.job.ParentOptions;
import io.directord.common.job.Rolling;
import io.directord.common.validation.Counted;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One parent that does not begin on all of its nodes at once. A node <i>begins</i> when it is given
 * the parent's jobs, <i>finishes</i> when the last of them has ended there, and has a <i>place</i>
 * in between. A node of which nothing has begun is <i>pending</i>; one that is pending and away is
 * <i>held</i>, if the parent has a deadline. All of it costs the same however many nodes there are,
 * except for bits of all nodes where progress is stored.
 */
public final class Rollout {
  private static final int MAX_NAMES = 10;

  /** A clock that was set by more has the stored deadline written anew. */
  private static final Duration MIN_STEP = Duration.ofMinutes(1);

  private static final Rolling AT_ONCE = new Rolling(List.of(), null, null, null);

  private final UUID parent;
  private final Rolling rolling;
  private final List<String> nodes = new ArrayList<>();
  private final Map<String, Integer> indexes = new HashMap<>();
  private final BitSet begun;
  private final BitSet freed;
  private final BitSet failed;
  private final Deque<Soaking> soaking = new ArrayDeque<>();
  private final BitSet opened;
  private final BitSet ready = new BitSet();
  private final BitSet held = new BitSet();
  private final BitSet flawed = new BitSet();

  /** How many jobs of it have failed on a node, as far as this server knows. */
  private final Map<Integer, Integer> failures = new HashMap<>();

  private BitSet forgiven;
  private int[] open = new int[16];
  private int pending;
  private int places;
  private int counted;
  private Ramp ramp;
  private Pause pause;
  private Moment deadline;
  private Instant until;
  private boolean unstored = true;

  /** A node that has finished, whose place stays taken for a while. */
  private record Soaking(int node, Moment end) {}

  /** How a job ended on a node, as far as it matters here. */
  public enum Verdict {
    WELL,
    /** By the decision of an operator, or since another job had failed there. */
    NEITHER,
    FAILED
  }

  /** One that is submitted now, for these nodes in this order. */
  public Rollout(UUID parent, ParentOptions options, List<String> nodes, Moment now) {
    this(parent, options, nodes, fresh(options, now), now);
  }

  /** One that a server before this one has begun. */
  public Rollout(
      UUID parent, ParentOptions options, List<String> nodes, RolloutProgress stored, Moment now) {
    this.parent = parent;
    this.rolling = options.rolling() == null ? AT_ONCE : options.rolling();
    this.begun = BitSet.valueOf(stored.sets().begun());
    this.freed = BitSet.valueOf(stored.sets().freed());
    this.failed = BitSet.valueOf(stored.sets().failed());
    this.forgiven = BitSet.valueOf(stored.sets().forgiven());
    this.opened = (BitSet) begun.clone();
    this.ramp = stored.ramp();
    this.pause = stored.pause();
    this.until = stored.until();
    this.counted = counted().cardinality();
    this.places = unfreed().cardinality();
    if (until != null) {
      deadline = now.ofStored(until, options.deadline());
    }
    nodes.forEach(this::include);
    stored.soaking().stream()
        .sorted(Comparator.comparing(RolloutProgress.Soaking::until))
        .map(one -> new Soaking(one.node(), now.ofStored(one.until(), rolling.soak())))
        .forEach(soaking::add);
  }

  private static RolloutProgress fresh(ParentOptions options, Moment now) {
    byte[] none = {};
    Instant until = options.deadline() == null ? null : now.instant().plus(options.deadline());
    return new RolloutProgress(
        new NodeSets(none, none, none, none), Ramp.START, null, until, List.of());
  }

  /** The node is one of its nodes. */
  public void include(String node) {
    if (indexes.putIfAbsent(node, nodes.size()) == null) {
      nodes.add(node);
      if (!begun.get(nodes.size() - 1)) {
        pending++;
      }
      if (open.length < nodes.size()) {
        open = Arrays.copyOf(open, 2 * open.length);
      }
    }
  }

  public UUID parent() {
    return parent;
  }

  /** In the order in which they get their turn. */
  public List<String> nodes() {
    return nodes;
  }

  /** One more job of it has not ended on that node. */
  public void expect(String node) {
    open[index(node)]++;
  }

  private int index(String node) {
    return indexes.get(node);
  }

  /** Whether the node must not be given the parent's jobs yet. */
  public boolean isShut(String node) {
    return !opened.get(index(node));
  }

  /** Whether the node has its turn, or has had it. */
  public boolean hasBegun(String node) {
    return begun.get(index(node));
  }

  /** The decision that these nodes begin is committed. */
  public void opened(List<String> those) {
    those.forEach(node -> opened.set(index(node)));
  }

  /** Nothing is in the way of the node, so that it may have its turn. */
  public void ready(String node) {
    int at = index(node);
    if (!begun.get(at) && open[at] > 0) {
      ready.set(at);
    }
  }

  /** Whether it waits for nodes that are away. */
  public boolean isHolding() {
    return deadline != null;
  }

  /**
   * Notes whether a pending node is away, which matters only while it waits for such.
   *
   * @return whether that is news
   */
  public boolean away(String node, boolean isAway) {
    int at = index(node);
    boolean holds = isAway && !begun.get(at) && open[at] > 0;
    boolean news = holds != held.get(at);
    held.set(at, holds);
    if (holds) {
      ready.clear(at);
    }
    return news;
  }

  public boolean isHeld(String node) {
    return held.get(index(node));
  }

  /**
   * One of its jobs has ended on that node.
   *
   * @return whether that was the last one there, and the node has a place: {@link #finished}
   *     follows once it may be given back
   */
  public boolean ended(String node, Verdict verdict) {
    int at = index(node);
    open[at]--;
    if (verdict == Verdict.FAILED) {
      failures.merge(at, 1, Integer::sum);
      fail(at);
    } else if (verdict == Verdict.NEITHER) {
      flawed.set(at);
    }
    if (open[at] > 0) {
      return false;
    }
    if (begun.get(at)) {
      return !freed.get(at);
    }
    // It never had a place.
    begun.set(at);
    freed.set(at);
    ready.clear(at);
    held.clear(at);
    pending--;
    unstored = true;
    return false;
  }

  private void fail(int at) {
    if (!failed.get(at)) {
      failed.set(at);
      counted++;
      unstored = true;
    }
  }

  /** The node that has finished is not back from its reboot in time. */
  public void failed(String node) {
    failures.merge(index(node), 1, Integer::sum);
    fail(index(node));
  }

  /** A late result of a job says that it has not failed on that node, as was assumed. */
  public void takeBack(String node) {
    int at = index(node);
    boolean isLast = failures.computeIfPresent(at, (key, n) -> n == 1 ? null : n - 1) == null;
    if (isLast && failed.get(at)) {
      failed.clear(at);
      counted -= forgiven.get(at) ? 0 : 1;
      forgiven.clear(at);
      unstored = true;
    }
  }

  /**
   * The node has its turn and was given nothing yet: it has not begun after all, if it waits for
   * nodes that are away.
   */
  public void withdraw(String node) {
    int at = index(node);
    // What has ended there meanwhile keeps its place until the pause between nodes is over.
    if (deadline != null && begun.get(at) && open[at] > 0) {
      begun.clear(at);
      opened.clear(at);
      pending++;
      places--;
      unstored = true;
    }
  }

  /** Gives the place of a node back, now or after the pause between nodes. */
  public void finished(String node, Moment now) {
    if (rolling.soak() == null) {
      free(index(node));
    } else {
      soaking.add(new Soaking(index(node), now.plus(rolling.soak())));
      unstored = true;
    }
  }

  private void free(int at) {
    freed.set(at);
    places--;
    unstored = true;
    if (!failed.get(at) && !flawed.get(at)) {
      ramp = ramp.plusOne(rolling.batch(), nodes.size());
    }
  }

  /** A node has results of it, and it is not known whether it had begun. */
  public void assumeBegun(String node) {
    int at = index(node);
    if (!begun.get(at)) {
      begun.set(at);
      opened.set(at);
      pending--;
      places++;
    }
  }

  /** Nodes that have finished, of whose places it is not known whether they were given back. */
  public List<String> finishedBefore() {
    BitSet those = unfreed();
    soaking.forEach(one -> those.clear(one.node()));
    List<String> names = new ArrayList<>();
    for (int at = those.nextSetBit(0); at >= 0; at = those.nextSetBit(at + 1)) {
      if (open[at] == 0) {
        names.add(nodes.get(at));
      }
    }
    return names;
  }

  private BitSet unfreed() {
    BitSet those = (BitSet) begun.clone();
    those.andNot(freed);
    return those;
  }

  private BitSet counted() {
    BitSet those = (BitSet) failed.clone();
    those.andNot(forgiven);
    return those;
  }

  /** Takes the nodes that begin now; they may be given their jobs when that is committed. */
  public List<String> begin(Moment now) {
    while (!soaking.isEmpty() && !now.isBefore(soaking.peek().end())) {
      free(soaking.remove().node());
    }
    if (pause == null && pending > 0 && counted > limit()) {
      pause = new Pause(null, null, now.instant());
      unstored = true;
    }
    List<String> next = new ArrayList<>();
    int size = ramp.size(rolling.batch(), nodes.size());
    for (int at = ready.nextSetBit(0);
        at >= 0 && pause == null && places < size;
        at = ready.nextSetBit(at + 1)) {
      ready.clear(at);
      begun.set(at);
      pending--;
      places++;
      unstored = true;
      next.add(nodes.get(at));
    }
    return next;
  }

  private int limit() {
    Amount most = rolling.maxFailures();
    return most == null ? Integer.MAX_VALUE : most.of(nodes.size());
  }

  /** Whether time alone may have nodes begin. */
  public boolean waitsForTime() {
    return !soaking.isEmpty();
  }

  /** No further node begins, by the wish of that user. */
  public void pause(String by, Instant at) {
    pause = new Pause(by, null, at);
    unstored = true;
  }

  /** No further node begins, since it is not known which have. */
  public void pauseForLoss(Instant at) {
    pause =
        new Pause(null, "which nodes have begun was lost when the server's store was damaged", at);
    unstored = true;
  }

  /** Nodes may begin again. Failures up to now count no more. */
  public void resume() {
    pause = null;
    forgiven = (BitSet) failed.clone();
    counted = 0;
    unstored = true;
  }

  public boolean isPaused() {
    return pause != null;
  }

  /** Why no further node begins; null if some may. */
  public String pausedBecause() {
    if (pause == null) {
      return null;
    }
    if (pause.by() != null) {
      return "paused by " + pause.by();
    }
    return pause.why() != null
        ? pause.why()
        : counted
            + " failed and at most "
            + limit()
            + " may"
            + (counted == 0 ? "" : " (" + names(counted()) + ")")
            + (counted > limit() ? "" : ", since nodes that were lost have succeeded after all");
  }

  /** Why a node that is neither held nor paused has not begun: its place in the queue. */
  public WaitingTurn turn(String node, Moment now) {
    int at = index(node);
    BitSet queue = (BitSet) ready.clone();
    BitSet taking = unfreed();
    String left =
        soaking.isEmpty()
            ? null
            : Counted.of(Math.max(1, soaking.peek().end().since(now).toSeconds()), "second");
    return new WaitingTurn(
        queue.get(at) ? queue.get(0, at).cardinality() + 1 : 0,
        queue.cardinality(),
        ramp.size(rolling.batch(), nodes.size()),
        names(taking),
        left);
  }

  private String names(BitSet those) {
    List<String> names = new ArrayList<>();
    for (int at = those.nextSetBit(0);
        at >= 0 && names.size() < MAX_NAMES;
        at = those.nextSetBit(at + 1)) {
      names.add(nodes.get(at));
    }
    int more = those.cardinality() - names.size();
    return String.join(", ", names) + (more > 0 ? " and " + more + " more" : "");
  }

  /** Nodes of which nothing has begun. */
  public int pending() {
    return pending;
  }

  /** Those of them that are away and waited for. */
  public int held() {
    return held.isEmpty() ? 0 : held.cardinality();
  }

  /** Nodes that have begun and not finished. */
  public int running() {
    return places - soaking.size();
  }

  /** Nodes on which it has failed. */
  public int failures() {
    return failed.cardinality();
  }

  /** When it gives up nodes that are away, for people; null if it does not wait for such. */
  public Instant until() {
    return deadline == null ? null : until;
  }

  /**
   * The held nodes, if their time is up; from then on it waits for none. Must be called now and
   * then, also since it has the deadline follow a clock that was set.
   */
  public List<String> overdue(Moment now) {
    if (deadline == null) {
      return List.of();
    }
    if (now.isBefore(deadline)) {
      Instant shown = now.instant().plus(deadline.since(now));
      if (Duration.between(until, shown).abs().compareTo(MIN_STEP) > 0) {
        until = shown;
        unstored = true;
      }
      return List.of();
    }
    deadline = null;
    List<String> names = new ArrayList<>();
    for (int at = held.nextSetBit(0); at >= 0; at = held.nextSetBit(at + 1)) {
      names.add(nodes.get(at));
    }
    held.clear();
    return names;
  }

  /** The store has it no more. */
  public void storeLost() {
    unstored = true;
  }

  /** What is to be stored; null if nothing has changed since that was asked last. */
  public RolloutProgress unstored() {
    if (!unstored) {
      return null;
    }
    unstored = false;
    return new RolloutProgress(
        new NodeSets(
            begun.toByteArray(), freed.toByteArray(), failed.toByteArray(), forgiven.toByteArray()),
        ramp,
        pause,
        until,
        soaking.stream()
            .map(one -> new RolloutProgress.Soaking(one.node(), one.end().instant()))
            .toList());
  }
}
