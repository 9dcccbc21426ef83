package io.directord.client.cache;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.client.cache.NodeCache.Owed;
import io.directord.common.component.CacheTag;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * A change of the cache, as written to its file. One of {@code arg}, {@code env}, {@code done},
 * {@code evicted} and {@code owed} says what has changed.
 *
 * @param value of the argument or variable; the evidence of a success; the run that owes something
 * @param until time until which a fingerprint counts as done, by the wall clock
 */
record CacheChange(
    String arg,
    String env,
    String done,
    JsonNode value,
    Instant until,
    @JsonInclude(JsonInclude.Include.NON_NULL) CacheTag evicted,
    @JsonInclude(JsonInclude.Include.NON_NULL) Owed owed) {
  static CacheChange arg(String name, JsonNode value) {
    return new CacheChange(name, null, null, value, null, null, null);
  }

  static CacheChange env(String name, String value) {
    return new CacheChange(null, name, null, StringNode.valueOf(value), null, null, null);
  }

  static CacheChange done(String fingerprint, Instant until, JsonNode evidence) {
    return new CacheChange(null, null, fingerprint, evidence, until, null, null);
  }

  static CacheChange evicted(CacheTag tag) {
    return new CacheChange(null, null, null, null, null, tag, null);
  }

  /** Whether it says what has changed; one of a later version may have it under another key. */
  boolean isKnown() {
    return arg != null || env != null || done != null || evicted != null || owed != null;
  }

  /**
   * @param run that owes it; null if it is owed no more
   */
  static CacheChange owed(Owed owed, UUID run) {
    JsonNode value = run == null ? null : StringNode.valueOf(run.toString());
    return new CacheChange(null, null, null, value, null, null, owed);
  }
}
