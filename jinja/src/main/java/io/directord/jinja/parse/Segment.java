package io.directord.jinja.parse;

/** A part of a template, as its marks cut it. */
public sealed interface Segment {
  /** The line where it begins, from 1. */
  int line();

  /** Text as it is, that of {@code raw} included; whitespace that marks take away is not in it. */
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
