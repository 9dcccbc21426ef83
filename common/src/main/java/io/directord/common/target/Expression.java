package io.directord.common.target;

import java.util.List;
import java.util.Locale;

/**
 * The syntax tree of a target expression, made by {@link TargetParser}. Columns are counted from 1
 * and point at where a part begins.
 */
public sealed interface Expression {

  int column();

  /** The node of exactly that name, which must be enrolled. */
  record Name(String name, int column) implements Expression {}

  /** Nodes whose name has that form. */
  record Names(NamePattern pattern, int column) implements Expression {}

  /** Nodes in whose name the regular expression is found. */
  record Regex(NameRegex regex, int column) implements Expression {}

  /** Nodes that have the label or fact, with a value that passes the test. */
  record Label(String key, ValueTest test, int column) implements Expression {}

  /** The nodes of a group of the server's configuration. */
  record Group(String name, int column) implements Expression {}

  /**
   * Nodes of earlier jobs, by how these ended there.
   *
   * @param reference which jobs: the id of a job or of a parent, the beginning of one, or last
   */
  record Results(Ending ending, String reference, int column) implements Expression {}

  record Not(Expression operand, int column) implements Expression {}

  /** All of at least two. */
  record And(List<Expression> operands, int column) implements Expression {}

  /** Any of at least two. */
  record Or(List<Expression> operands, int column) implements Expression {}

  /** How earlier jobs ended on a node. */
  enum Ending {
    /** Some job failed there; not those that were lost. */
    FAILED,
    /** Some job was given up there, since the node had expired. */
    LOST,
    /** All jobs ended there, and none failed. */
    OK;

    /** As it stands in expressions. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
