package io.directord.server.node;

import io.directord.common.security.JoinProof;
import io.directord.common.security.JoinToken;
import io.directord.common.security.Z85;
import io.directord.common.target.NamePattern;
import io.directord.server.link.NodeAddress;
import io.directord.server.store.StoredJoinToken;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tokens with which nodes enrol that do not know the shared key, and who may. Belongs to the
 * dispatcher's thread.
 */
public final class JoinTokens {
  /**
   * The same for whoever has no token of this server, so that nobody learns from it which tokens or
   * nodes there are.
   */
  static final String NO_TOKEN =
      "this node is not enrolled here, and has no join token that this server knows: make one with"
          + " `directord join-token create` at the server, and give it to this node";

  private static final String ANOTHER = ": make another one with `directord join-token create`";

  /** By digest. */
  private final Map<String, StoredJoinToken> tokens = new TreeMap<>();

  /** Adds a token, or what has become of it. */
  public void put(StoredJoinToken token) {
    tokens.put(token.sha256(), token);
  }

  /** Removes the token of that id; returns it, or null. */
  public StoredJoinToken remove(String id) {
    StoredJoinToken token =
        tokens.values().stream().filter(one -> one.id().equals(id)).findFirst().orElse(null);
    if (token != null) {
      tokens.remove(token.sha256());
    }
    return token;
  }

  /** How many there are. */
  public int size() {
    return tokens.size();
  }

  /** All of them, the oldest first. */
  public List<StoredJoinToken> all() {
    return tokens.values().stream()
        .sorted(Comparator.comparing(StoredJoinToken::createdAt))
        .toList();
  }

  /** Takes those that a store has. */
  public void recover(Collection<StoredJoinToken> known) {
    known.forEach(this::put);
  }

  /**
   * Why a node that is not enrolled may not enrol over that connection; null if it may. Who has not
   * proved a token learns nothing else.
   */
  String refusal(
      NodeAddress peer, String identity, String machineId, JoinProof proof, Instant now) {
    if (!peer.needsToken()) {
      return null;
    }
    StoredJoinToken token = proved(peer, identity, machineId, proof);
    if (token == null) {
      return NO_TOKEN;
    }
    StoredJoinToken.Terms terms = token.terms();
    if (!now.isBefore(terms.expiresAt())) {
      return "its join token " + token.id() + " has expired at " + terms.expiresAt() + ANOTHER;
    }
    if (token.used() >= terms.uses()) {
      return "its join token "
          + token.id()
          + " is used up, after "
          + (terms.uses() == 1 ? "one node" : terms.uses() + " nodes")
          + ANOTHER;
    }
    if (!terms.nodes().isEmpty()
        && terms.nodes().stream()
            .noneMatch(pattern -> NamePattern.ofValue(pattern).matches(identity))) {
      return "its join token "
          + token.id()
          + " is for "
          + Names.some(terms.nodes())
          + ", not for "
          + identity
          + ANOTHER
          + ", or give this node another --identity";
    }
    return null;
  }

  /**
   * Counts a use by a node that has just enrolled, which {@link #refusal} let pass; returns what
   * has become of the token, or null if the node needed none.
   */
  StoredJoinToken use(NodeAddress peer, String identity, JoinProof proof) {
    if (!peer.needsToken()) {
      return null;
    }
    StoredJoinToken used = tokens.get(digest(proof)).usedBy(identity);
    put(used);
    return used;
  }

  /** The token that the proof shows; null if it shows none of this server for that node. */
  private StoredJoinToken proved(
      NodeAddress peer, String identity, String machineId, JoinProof proof) {
    StoredJoinToken token = proof == null ? null : tokens.get(digest(proof));
    return token != null
            && peer.joinKeys().stream()
                .anyMatch(
                    key ->
                        JoinToken.isProof(
                            proof, key, peer.credential().text(), identity, machineId))
        ? token
        : null;
  }

  private static String digest(JoinProof proof) {
    try {
      return JoinToken.sha256(Z85.decode(proof.key()));
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
