package io.directord.server.store;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.common.security.JoinToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A token with which nodes enrol. The token itself is kept nowhere.
 *
 * @param sha256 as {@link JoinToken#sha256}
 * @param terms on which it may be used
 * @param used how many nodes have enrolled with it
 * @param joined the last of them, by identity
 * @param createdBy the caller
 */
public record StoredJoinToken(
    String sha256,
    @JsonUnwrapped Terms terms,
    int used,
    List<String> joined,
    Instant createdAt,
    String createdBy) {
  private static final int MAX_JOINED = 100;

  /**
   * For whom, how often and how long.
   *
   * @param nodes identities, in which {@code *} and {@code ?} stand for what they do in file names;
   *     empty for any
   * @param uses how many nodes may enrol with it
   */
  public record Terms(List<String> nodes, int uses, Instant expiresAt) {
    public Terms {
      nodes = List.copyOf(nodes);
    }
  }

  public StoredJoinToken {
    joined = List.copyOf(joined);
  }

  /** A new one. */
  public StoredJoinToken(String sha256, Terms terms, Instant createdAt, String createdBy) {
    this(sha256, terms, 0, List.of(), createdAt, createdBy);
  }

  /** Names it, for people. */
  public String id() {
    return JoinToken.id(sha256);
  }

  /** The same, after a node has enrolled with it. */
  public StoredJoinToken usedBy(String identity) {
    List<String> all = new ArrayList<>(joined);
    all.add(identity);
    List<String> last = all.subList(Math.max(0, all.size() - MAX_JOINED), all.size());
    return new StoredJoinToken(sha256, terms, used + 1, last, createdAt, createdBy);
  }

  /** Whether no node may enrol with it any more. */
  public boolean isSpent(Instant now) {
    return used >= terms.uses() || !now.isBefore(terms.expiresAt());
  }
}
