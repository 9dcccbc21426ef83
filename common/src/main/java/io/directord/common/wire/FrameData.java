package io.directord.common.wire;

import io.directord.common.json.Json;
import io.directord.common.json.JsonProblem;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Objects;
import java.util.UUID;
import tools.jackson.core.JacksonException;

/** What the codecs share: fields of {@link Frames}, and data that both directions have. */
final class FrameData {
  /** Command of a question about a job. */
  static final String EXPLAIN = "explain";

  /** Command of a question of somebody who wants to join. */
  static final String JOIN = "join";

  private FrameData() {}

  record Room(long bytes) {}

  record Number(long number) {}

  static Frames frames(Control control, UUID id, String command, byte[] data, String info) {
    String messageId = (id == null ? UUID.randomUUID() : id).toString();
    return new Frames(messageId, control, command, data, info, null, null);
  }

  static <T> T read(Frames frames, Class<T> type) throws BadMessageException {
    if (frames.data() == null) {
      throw new BadMessageException(frames.control() + ": data is missing");
    }
    T value = Json.read(frames.data(), type);
    if (value == null) {
      throw new BadMessageException(frames.control() + ": data is null");
    }
    return value;
  }

  static UUID id(Frames frames) throws BadMessageException {
    if (frames.messageId() == null) {
      throw new BadMessageException("the job's id is missing");
    }
    return UUID.fromString(frames.messageId());
  }

  static String info(Frames frames) {
    return frames.info() == null ? "" : frames.info();
  }

  static byte[] utf8(String text) {
    return text == null || text.isEmpty() ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] frame) {
    return frame == null ? "" : new String(frame, StandardCharsets.UTF_8);
  }

  static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  static boolean isComplete(Collection<?> values) {
    return values.stream().allMatch(Objects::nonNull);
  }

  static String firstLine(Exception e) {
    if (e instanceof JacksonException json) {
      return JsonProblem.of(json).toString();
    }
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
