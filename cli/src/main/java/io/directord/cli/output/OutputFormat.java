package io.directord.cli.output;

import java.util.Locale;

/** How results are printed. */
public enum OutputFormat {
  TABLE,
  JSON,
  YAML;

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
