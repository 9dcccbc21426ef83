package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A label of a node.
 *
 * @param origin who has set the value that counts
 * @param self the node's own value where the server has set another one; else null
 */
public record NodeLabel(
    String value, Origin origin, @JsonInclude(JsonInclude.Include.NON_NULL) String self) {

  /** Who has set a label. */
  public enum Origin {
    /** The node's own configuration; not to be trusted. */
    SELF,
    /** {@code manage --label}; it wins. */
    SERVER
  }
}
