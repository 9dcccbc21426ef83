package io.directord.cli.top;

import java.util.Locale;

/** What the screen lists. */
public enum Listed {
  JOBS,
  NODES;

  Listed other() {
    return this == JOBS ? NODES : JOBS;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
