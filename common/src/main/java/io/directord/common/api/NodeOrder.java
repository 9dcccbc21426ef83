package io.directord.common.api;

import java.util.Locale;

/** How nodes are sorted; those that are equal by it by their names. */
public enum NodeOrder {
  NAME,
  /** Those with the most jobs that they have not answered first. */
  JOBS,
  /** Expired ones first, then those that are away. */
  STATE,
  /** Those that were heard of the longest ago first. */
  SEEN;

  /** As requests have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
