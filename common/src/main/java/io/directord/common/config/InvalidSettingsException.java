package io.directord.common.config;

import java.util.List;

/** Settings that cannot be used; all mistakes together, each with where it was made. */
public final class InvalidSettingsException extends Exception {
  private final List<String> mistakes;

  public InvalidSettingsException(List<String> mistakes) {
    super(String.join("\n", mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  public List<String> mistakes() {
    return mistakes;
  }
}
