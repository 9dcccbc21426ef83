package io.directord.server.store;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;

/**
 * What a hook is to be told.
 *
 * @param hook its name in the configuration
 * @param seq in the order in which things happened
 * @param type such as {@code job.failed}
 * @param run that it is about; null if it is about none
 * @param body JSON, as it is sent
 */
public record StoredHookEvent(
    String hook, long seq, String type, UUID run, Instant at, String body) {

  /** No other event has it; sorted by the hook, then by the order. */
  public String key() {
    return hook + String.format(" %019d", seq);
  }

  /** The same at every attempt, so that a receiver knows what it has already. */
  public String id() {
    return "msg_" + UUID.nameUUIDFromBytes((key() + at).getBytes(StandardCharsets.UTF_8));
  }
}
