package io.directord.cli.output;

import java.util.Locale;

/** How results are printed. */
public enum OutputFormat {
  TABLE,
  JSON,
  YAML,
  /** One JSON value a line: of a followed run each result as it comes, of a list each element. */
  JSONL;

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
