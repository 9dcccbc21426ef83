package io.directord.legacy.ports;

import io.directord.common.json.Json;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.Control;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * One message of the original's wire: seven ZeroMQ frames. What is absent is null here, and a
 * single zero byte there.
 *
 * @param id of the job for what clients say about jobs and transfers, else without meaning
 * @param data JSON, numbers, or base64
 * @param stderr not necessarily UTF-8
 * @param stdout likewise
 */
record LegacyMessage(
    String id,
    Control control,
    String command,
    byte[] data,
    String info,
    byte[] stderr,
    byte[] stdout) {

  /** Maximum length of a frame; the largest are outputs of jobs, which are not split. */
  static final int MAX_FRAME_BYTES = 4 << 20;

  /** Of every message. */
  static final int FRAMES = 7;

  private static final byte[] ABSENT = {0};

  /** A job for a client. */
  static LegacyMessage job(String verb, ObjectNode job, String path) {
    String id = UUID.randomUUID().toString();
    return new LegacyMessage(id, Control.NONE, verb, Json.bytes(job), path, null, null);
  }

  /**
   * @param frames without the routing id
   */
  static LegacyMessage of(List<byte[]> frames) throws BadMessageException {
    if (frames.size() != FRAMES) {
      throw new BadMessageException(FRAMES + " frames are expected, not " + frames.size());
    }
    byte[] code = frames.get(1);
    Control control = code.length == 1 ? Control.of(code[0]) : null;
    if (control == null) {
      throw new BadMessageException("unknown control code");
    }
    return new LegacyMessage(
        text(frames.get(0)),
        control,
        text(frames.get(2)),
        present(frames.get(3)),
        text(frames.get(4)),
        present(frames.get(5)),
        present(frames.get(6)));
  }

  /** The id, if it is one of ours; else null. */
  UUID uuid() {
    try {
      return id == null ? null : UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  List<byte[]> toBytes() {
    return List.of(
        bytes(id),
        new byte[] {control.code()},
        bytes(command),
        data == null || data.length == 0 ? ABSENT : data,
        bytes(info),
        stderr == null ? ABSENT : stderr,
        stdout == null ? ABSENT : stdout);
  }

  /** The data frame as JSON; empty if it is not a JSON object. */
  ObjectNode json() {
    try {
      if (data != null && Json.mapper().readTree(data) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      // Treated as absent: it only adds to what the other frames say.
      return Json.object();
    }
    return Json.object();
  }

  /** The data frame as text. */
  String dataText() {
    return data == null ? "" : new String(data, StandardCharsets.UTF_8);
  }

  int bytes() {
    return length(data) + length(stderr) + length(stdout);
  }

  private static int length(byte[] frame) {
    return frame == null ? 0 : frame.length;
  }

  private static byte[] present(byte[] frame) {
    return frame.length == 0 || frame.length == 1 && frame[0] == 0 ? null : frame;
  }

  private static String text(byte[] frame) {
    byte[] present = present(frame);
    return present == null ? null : new String(present, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text == null || text.isEmpty() ? ABSENT : text.getBytes(StandardCharsets.UTF_8);
  }
}
