package io.directord.cli;

import java.util.List;

/**
 * A command that has ended.
 *
 * @param words as typed
 * @param status exit status
 */
public record Ran(List<String> words, int status, String out, String err) {

  /** This command, if it ended so. */
  public Ran expect(int expected) {
    if (status != expected) {
      throw new AssertionError("exit status " + expected + " was expected of " + this);
    }
    return this;
  }

  public List<String> lines() {
    return out.lines().toList();
  }

  /** What follows a text in standard output, up to the end of the line. */
  public String after(String text) {
    return out.lines()
        .filter(line -> line.contains(text))
        .map(line -> line.substring(line.indexOf(text) + text.length()).strip())
        .findFirst()
        .orElseThrow(() -> new AssertionError("'" + text + "' was expected of " + this));
  }

  @Override
  public String toString() {
    return "directord "
        + String.join(" ", words)
        + "\n-- exit status "
        + status
        + "\n-- stdout\n"
        + out
        + "-- stderr\n"
        + err;
  }
}
