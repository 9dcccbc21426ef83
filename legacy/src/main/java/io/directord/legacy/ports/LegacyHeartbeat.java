package io.directord.legacy.ports;

import io.directord.common.python.PythonDuration;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.server.link.Refusals;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * The last heartbeat of a client. It is sent every thirty seconds, whatever the server's interval;
 * in between, the connection shows that the client lives.
 *
 * @param session of the client, new at each of its starts
 */
record LegacyHeartbeat(
    String identity,
    String version,
    String machineId,
    Duration hostUptime,
    Duration agentUptime,
    Moment heardAt,
    UUID session) {

  /** Maximum age of a heartbeat: three are sent in that time. */
  private static final Duration TIMEOUT = Duration.ofSeconds(100);

  /** Maximum difference between the start times in two heartbeats of one session. */
  private static final Duration TOLERANCE = Duration.ofMillis(500);

  private static final int MAX_NAME = 255;

  /** The verbs of the original that work over these ports. */
  private static final Set<String> CAPABILITIES =
      Stream.of(
              "ADD",
              "ARG",
              "CACHEEVICT",
              "CACHEFILE",
              "CONTAINER_IMAGE",
              "COPY",
              "DNF",
              "ECHO",
              "ENV",
              "FACTER",
              "POD",
              "QUERY",
              "QUERY_WAIT",
              "QUEUESENTINEL",
              "REBOOT",
              "RUN",
              "SECONTEXT",
              "SERVICE",
              "WAIT",
              "WORKDIR")
          .map(Heartbeat::verb)
          .collect(Collectors.toUnmodifiableSet());

  /**
   * @param before the one before, or null
   */
  static LegacyHeartbeat of(
      String identity, LegacyMessage message, LegacyHeartbeat before, Moment now)
      throws BadMessageException {
    ObjectNode data = message.json();
    if (text(data, "machine_id").isBlank()) {
      throw new BadMessageException(
          "heartbeat of "
              + Refusals.shortened(identity)
              + " without a machine_id, as of no client of the original: it does not enrol");
    }
    LegacyHeartbeat beat =
        new LegacyHeartbeat(
            identity,
            text(data, "version"),
            text(data, "machine_id"),
            PythonDuration.parse(text(data, "host_uptime")),
            PythonDuration.parse(text(data, "agent_uptime")),
            now,
            UUID.randomUUID());
    return before != null && beat.isOfTheSameStart(before) ? beat.in(before.session) : beat;
  }

  /**
   * Compares how long after its machine the client was started: a heartbeat may be delayed when the
   * connection is lost, but that difference stays the same.
   */
  private boolean isOfTheSameStart(LegacyHeartbeat before) {
    Duration difference = bootToStart().minus(before.bootToStart()).abs();
    return difference.compareTo(TOLERANCE) < 0 && hostUptime.compareTo(before.hostUptime) >= 0;
  }

  private Duration bootToStart() {
    return hostUptime.minus(agentUptime);
  }

  private LegacyHeartbeat in(UUID known) {
    return new LegacyHeartbeat(
        identity, version, machineId, hostUptime, agentUptime, heardAt, known);
  }

  /** Whether the next heartbeat is overdue. */
  boolean isOld(Moment now) {
    return now.since(heardAt).compareTo(TIMEOUT) > 0;
  }

  /** As a heartbeat of our protocol, with the uptimes of this moment. */
  Heartbeat toOurs(Moment now) {
    Duration since = now.since(heardAt);
    return new Heartbeat(
        identity,
        new ClientFacts(
            version, hostUptime.plus(since), agentUptime.plus(since), machineId, "zeromq"),
        Heartbeat.PROTOCOL,
        session,
        CAPABILITIES,
        JournalState.UNKNOWN);
  }

  /** Names are written to logs and tables, one per line. */
  private static String text(ObjectNode data, String key) throws BadMessageException {
    String text = data.path(key).asString("");
    if (text.length() > MAX_NAME || text.chars().anyMatch(Character::isISOControl)) {
      throw new BadMessageException("heartbeat: " + key + " is too long or has control characters");
    }
    return text;
  }
}
