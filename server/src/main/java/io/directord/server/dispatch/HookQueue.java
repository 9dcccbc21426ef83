package io.directord.server.dispatch;

import io.directord.common.config.HookSettings;
import io.directord.common.json.Json;
import io.directord.server.store.Change;
import io.directord.server.store.StoredHookEvent;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * The events of one hook that are not delivered yet. They are bounded: an event that finds no room
 * is left out, and the next one says how many were. Events of nodes wait for a while, so that nodes
 * of which the same happens share one.
 */
final class HookQueue {
  static final int VERSION = 1;

  /** Events that wait. */
  static final int MAX_EVENTS = 10_000;

  static final long MAX_BYTES = 16 << 20;

  /** Names of nodes in an event; of more only the number is told. */
  static final int MAX_NAMES = 100;

  /** Nodes that are lost, or join, within that time share an event. */
  static final Duration GATHERING = Duration.ofSeconds(5);

  /** Nodes share an event for this time if one of the same type was told shortly before. */
  static final Duration GATHERING_MORE = Duration.ofSeconds(60);

  private HookSettings.Hook hook;

  /** Sizes of the events, by their keys. */
  private final Map<String, Integer> bytes = new HashMap<>();

  private long allBytes;

  /** Events that still gather nodes, by their types. */
  private final Map<String, Gathered> gathered = new LinkedHashMap<>();

  /** When the last event of a type was told that had gathered nodes. */
  private final Map<String, Moment> told = new HashMap<>();

  /** Events that were left out since the last one. */
  private int dropped;

  /** Nodes that share an event, which is in the store and not told yet. */
  private static final class Gathered {
    final List<String> names = new ArrayList<>();
    final long seq;
    final int dropped;
    final Moment due;
    StoredHookEvent event;
    int count;

    Gathered(long seq, int dropped, Moment due) {
      this.seq = seq;
      this.dropped = dropped;
      this.due = due;
    }
  }

  HookQueue(HookSettings.Hook hook) {
    this.hook = hook;
  }

  String name() {
    return hook.name();
  }

  /** Its definition was read anew. */
  void define(HookSettings.Hook now) {
    hook = now;
  }

  private boolean wants(String type) {
    return hook.on().contains(type);
  }

  /** Adds an event that the store has already, or replaces it. */
  void add(StoredHookEvent event) {
    int size = event.body().length();
    Integer before = bytes.put(event.key(), size);
    allBytes += size - (before == null ? 0 : before);
  }

  /** It was delivered, or given up. */
  void remove(StoredHookEvent event, Turn turn) {
    Integer size = bytes.remove(event.key());
    allBytes -= size == null ? 0 : size;
    turn.change(new Change.ForgetHookEvent(event.key()));
  }

  /** The hook is gone: nothing that waits is delivered. */
  void forget(Turn turn) {
    bytes.keySet().forEach(key -> turn.change(new Change.ForgetHookEvent(key)));
  }

  /**
   * Tells an event if the hook wants it and there is room.
   *
   * @param seq of the event, if it is told
   * @param run whose event it is; null if of none
   * @return whether it is told
   */
  boolean put(long seq, String type, UUID run, ObjectNode data, Turn turn) {
    if (!wants(type) || !admits(turn)) {
      return false;
    }
    StoredHookEvent event = event(seq, type, run, data, takeDropped(), turn.now());
    keep(event, turn);
    turn.whenDurable(new Step.Do(new Effect.TellHook(event)));
    return true;
  }

  /**
   * Adds nodes to the event of that type that gathers them, or begins one.
   *
   * @param seq of the event, if one is begun
   * @return whether one is begun
   */
  boolean gather(long seq, String type, List<String> nodes, Turn turn) {
    if (!wants(type)) {
      return false;
    }
    Gathered all = gathered.get(type);
    boolean begins = all == null;
    if (begins) {
      if (!admits(turn)) {
        return false;
      }
      all = new Gathered(seq, takeDropped(), due(told.get(type), turn.now()));
      gathered.put(type, all);
    }
    all.count += nodes.size();
    nodes.stream().limit(Math.max(0, MAX_NAMES - all.names.size())).forEach(all.names::add);
    ObjectNode data = Json.object().put("nodes", all.count);
    all.names.forEach(data.putArray("names")::add);
    all.event = event(all.seq, type, null, data, all.dropped, turn.now());
    keep(all.event, turn);
    return begins;
  }

  private static Moment due(Moment toldLast, Moment now) {
    Moment soon = now.plus(GATHERING);
    Moment later = toldLast == null ? soon : toldLast.plus(GATHERING_MORE);
    return later.isBefore(soon) ? soon : later;
  }

  /** Tells the events that have gathered nodes for long enough. */
  void tick(Turn turn) {
    gathered
        .entrySet()
        .removeIf(
            one -> {
              boolean isDue = !turn.now().isBefore(one.getValue().due);
              if (isDue) {
                told.put(one.getKey(), turn.now());
                turn.whenDurable(new Step.Do(new Effect.TellHook(one.getValue().event)));
              }
              return isDue;
            });
  }

  /** Whether there is room for an event; one for which there is none is counted as left out. */
  private boolean admits(Turn turn) {
    boolean room = bytes.size() < MAX_EVENTS && allBytes < MAX_BYTES;
    if (!room) {
      dropped++;
      turn.effect(new Effect.HookDropped(hook.name(), 1));
    }
    return room;
  }

  private int takeDropped() {
    int before = dropped;
    dropped = 0;
    return before;
  }

  private void keep(StoredHookEvent event, Turn turn) {
    add(event);
    turn.change(new Change.PutHookEvent(event));
  }

  private StoredHookEvent event(
      long seq, String type, UUID run, ObjectNode data, int leftOut, Moment now) {
    ObjectNode body =
        Json.object()
            .put("type", type)
            .put("version", VERSION)
            .put("timestamp", now.instant().toString());
    if (leftOut > 0) {
      body.put("dropped", leftOut);
    }
    body.set("data", data);
    return new StoredHookEvent(hook.name(), seq, type, run, now.instant(), body.toString());
  }
}
