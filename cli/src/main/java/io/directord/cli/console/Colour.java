package io.directord.cli.console;

/** Colours of text for people, in the 8 that every terminal has. */
public enum Colour {
  RED(31),
  GREEN(32),
  YELLOW(33),
  CYAN(36);

  private static final String PLAIN = "\u001b[0m";

  private final String begin;

  Colour(int code) {
    this.begin = "\u001b[" + code + "m";
  }

  /** The text in this colour, which ends with it. */
  String of(String text) {
    return text.isEmpty() ? text : begin + text + PLAIN;
  }
}
