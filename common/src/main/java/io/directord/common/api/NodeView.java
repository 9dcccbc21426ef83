package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * An enrolled node. Its JSON form is flat.
 *
 * @param outstanding jobs it has not answered yet
 * @param remark why its work does not go on, as far as the server can see it; empty if it does
 * @param traits its labels and facts
 */
@JsonDeserialize(using = NodeViewReader.class)
public record NodeView(
    String identity,
    @JsonUnwrapped NodePresence presence,
    @JsonUnwrapped NodeClient client,
    int outstanding,
    String remark,
    @JsonUnwrapped NodeTraits traits) {

  /** {@code traits} may be null, as in replies of an older server. */
  public NodeView {
    traits = traits == null ? NodeTraits.NONE : traits;
  }

  /** This, while so many jobs are held for it, the last of them until then. */
  public NodeView holding(int held, Instant until) {
    NodePresence away =
        new NodePresence(presence.state(), presence.lastSeen(), presence.expiry(), held, until);
    return new NodeView(identity, away, client, outstanding, remark, traits);
  }

  /** Whether jobs can reach it. */
  public State state() {
    return presence.state();
  }

  /** When it was last heard of; null if it was not since the server started. */
  public Instant lastSeen() {
    return presence.lastSeen();
  }

  /** Until it expires if it is not heard of again; zero for an expired one. */
  public Duration expiry() {
    return presence.expiry();
  }

  /** Of its client's software. */
  public String version() {
    return client.version();
  }

  /** Whether jobs can reach a node. */
  public enum State {
    /** Connected, and not expired. */
    ACTIVE,
    /** Not connected, but not expired: its jobs wait. */
    AWAY,
    /** Silent for longer than the expiry. */
    EXPIRED
  }
}
