package io.directord.legacy.ports;

import io.directord.common.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Says what a test likes at the ports for clients of the original. */
final class LegacyPeer implements AutoCloseable {
  static final String ENQ = "\u0005";
  static final String SYN = "\u0016";
  static final String EOT = "\u0004";
  static final String NAK = "\u0015";
  static final String STX = "\u0002";
  static final String ETX = "\u0003";

  /** It bounds a hang, and measures nothing. */
  static final int TIMEOUT_MILLIS = 240_000;

  private final ZContext context = new ZContext(1);
  private final ZMQ.Socket socket;
  private final String identity;

  /**
   * @param password null for none at all
   */
  LegacyPeer(int port, String identity, String password) {
    this.identity = identity;
    socket = context.createSocket(SocketType.DEALER);
    socket.setLinger(0);
    // JeroMQ now and then forgets to begin a handshake; then it shall try again soon.
    socket.setHandshakeIvl(500);
    socket.setIdentity(identity.getBytes(StandardCharsets.UTF_8));
    if (password != null) {
      socket.setPlainUsername("admin");
      socket.setPlainPassword(password);
    }
    socket.connect("tcp://127.0.0.1:" + port);
  }

  LegacyPeer heartbeat(String machineId) {
    ObjectNode data =
        Json.object()
            .put("job_id", UUID.randomUUID().toString())
            .put("version", "0.12.0")
            .put("host_uptime", "1 day, 1:04:18.410000")
            .put("agent_uptime", "0:00:00.116338")
            .put("machine_id", machineId)
            .put("driver", "zeromq");
    return say(UUID.randomUUID().toString(), ENQ, "", Json.text(data), "", "", "");
  }

  /** Seven frames; an empty text is an absent one. */
  LegacyPeer say(String... frames) {
    byte[][] bytes = new byte[frames.length][];
    for (int i = 0; i < frames.length; i++) {
      bytes[i] = (frames[i].isEmpty() ? "\0" : frames[i]).getBytes(StandardCharsets.UTF_8);
    }
    return sayRaw(bytes);
  }

  LegacyPeer sayRaw(byte[]... frames) {
    for (int i = 0; i < frames.length; i++) {
      socket.send(frames[i], i < frames.length - 1 ? ZMQ.SNDMORE : 0);
    }
    return this;
  }

  /** The next message's frames as texts; null if none comes within that time. */
  List<String> hear(int millis) {
    socket.setReceiveTimeOut(millis);
    byte[] first = socket.recv();
    if (first == null) {
      return null;
    }
    List<String> frames = new ArrayList<>(List.of(new String(first, StandardCharsets.UTF_8)));
    while (socket.hasReceiveMore()) {
      frames.add(new String(socket.recv(), StandardCharsets.UTF_8));
    }
    return frames;
  }

  /** The next job. */
  JsonNode job() {
    List<String> frames = hear(TIMEOUT_MILLIS);
    if (frames == null || frames.size() != 7) {
      throw new AssertionError(identity + " was sent no job but " + frames);
    }
    return jobOf(frames);
  }

  static JsonNode jobOf(List<String> frames) {
    return Json.mapper().readTree(frames.get(3));
  }

  LegacyPeer queued(JsonNode job) {
    return say(job.get("job_id").asString(), SYN, verb(job), "", "task queued", "", "");
  }

  LegacyPeer ended(JsonNode job, String control, String stdout) {
    String data =
        "{\"execution_time\": 0.5, \"component_exec_timestamp\": \"2026-11-22 07:08:30\"}";
    return say(job.get("job_id").asString(), control, verb(job), data, "info", "", stdout);
  }

  /** Asks for a piece of a file. */
  List<String> fetch(String jobId, String offset, String size, String path) {
    say(jobId, STX, offset, size, path, "", "");
    return hear(TIMEOUT_MILLIS);
  }

  private static String verb(JsonNode job) {
    return job.get("verb").asString();
  }

  @Override
  public void close() {
    context.close();
  }

  static byte[][] frames(String... texts) {
    return Arrays.stream(texts)
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
        .toArray(byte[][]::new);
  }
}
