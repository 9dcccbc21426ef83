package io.directord.jinja.parse;

/** A part of a template between delimiters. */
public sealed interface Segment {
  /** The line where it begins, from 1. */
  int line();

  /** Literal text, that of {@code raw} included, without the whitespace that delimiters remove. */
  record Text(int line, String text) implements Segment {}

  /** What stands between <code>{{ }}</code>. */
  record Output(int line, String text) implements Segment {}

  /**
   * What stands between <code>{% %}</code>.
   *
   * @param name its first word; empty if there is none
   * @param text all of it, the name included
   */
  record Statement(int line, String name, String text) implements Segment {}
}
