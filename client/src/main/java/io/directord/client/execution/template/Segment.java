package io.directord.client.execution.template;

/** A part of a template, as its marks cut it. */
sealed interface Segment {
  /** The line where it begins, from 1. */
  int line();

  /** Text as it is, that of {@code raw} included; white space that marks take away is not in it. */
  record Text(int line, String text) implements Segment {}

  /**
   * What stands between <code>{{ }}</code>.
   *
   * @param expression without white space around it
   */
  record Output(int line, String expression) implements Segment {}

  /**
   * What stands between <code>{% %}</code>.
   *
   * @param name its first word; empty if there is none
   * @param rest what follows, without white space around it
   */
  record Statement(int line, String name, String rest) implements Segment {}
}
