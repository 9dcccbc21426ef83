package io.directord.legacy.ports;

import io.directord.common.python.PythonDuration;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Heartbeat;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client last said of itself. It says so every thirty seconds, whatever the server's
 * interval is; in between, its connection shows that it lives.
 *
 * @param session the same as long as it was not started anew
 */
record LegacyHeartbeat(
    String identity,
    String version,
    String machineId,
    Duration hostUptime,
    Duration agentUptime,
    Moment heardAt,
    UUID session) {

  /** As often as clients beat, and then some. */
  private static final Duration PATIENCE = Duration.ofSeconds(100);

  /** Two beats of one client are that far apart at most in when they say it was started. */
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
   * A beat may be long on its way, if the connection was lost. What it says of two clocks at once
   * is not changed by that: how long after its machine the client was started.
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

  /** Whether a client that goes on saying that it lives would have said so again by now. */
  boolean isOld(Moment now) {
    return now.since(heardAt).compareTo(PATIENCE) > 0;
  }

  /** The same in our words, as if it were said now. */
  Heartbeat toOurs(Moment now) {
    Duration since = now.since(heardAt);
    return new Heartbeat(
        identity,
        new ClientFacts(
            version, hostUptime.plus(since), agentUptime.plus(since), machineId, "zeromq"),
        Heartbeat.PROTOCOL,
        session,
        CAPABILITIES,
        null);
  }

  /** Names end up in logs and tables, one a line. */
  private static String text(ObjectNode data, String key) throws BadMessageException {
    String text = data.path(key).asString("");
    if (text.length() > MAX_NAME || text.chars().anyMatch(Character::isISOControl)) {
      throw new BadMessageException("heartbeat: " + key + " is too long or has control characters");
    }
    return text;
  }
}
