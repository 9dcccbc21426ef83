package io.directord.jinja.syntax;

import java.util.List;
import java.util.Set;

/** A part of a template that prints, or does, something. */
public sealed interface Statement {
  /** A name that templates cannot use, for the text enclosed by a statement. */
  String ENCLOSED = "$enclosed";

  <R> R accept(Visitor<R> visitor);

  /** A visitor of statements. */
  interface Visitor<R> {
    R text(Text statement);

    R print(Print statement);

    R choose(If statement);

    R repeat(For statement);

    R assign(Assign statement);

    R capture(Capture statement);

    R with(With statement);

    R define(Define statement);

    R callBlock(CallBlock statement);

    R block(Block statement);
  }

  /** Literal text. */
  record Text(String text) implements Statement {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.text(this);
    }
  }

  /** <code>{{ a }}</code>, or {@code print a, b}. */
  record Print(int line, List<Expression> values) implements Statement {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.print(this);
    }
  }

  /** One condition of {@code if}, and what stands behind it. */
  record Branch(int line, Expression condition, List<Statement> body) {}

  /** {@code if}, with {@code elif} and {@code else}. */
  record If(List<Branch> branches, List<Statement> otherwise) implements Statement {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.choose(this);
    }
  }

  /** {@code for}. */
  record For(
      int line,
      AssignmentTarget target,
      Expression elements,
      Expression condition,
      boolean recursive,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.repeat(this);
    }
  }

  /** {@code set a = b}. */
  record Assign(int line, AssignmentTarget target, Expression value) implements Statement {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.assign(this);
    }
  }

  /**
   * {@code set a} or {@code filter}: the body's output is {@link #ENCLOSED} in {@code value}, which
   * is assigned to the target or, if that is null, printed.
   */
  record Capture(int line, AssignmentTarget target, Expression value, List<Statement> body)
      implements Statement {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.capture(this);
    }
  }

  /** {@code with a = b}. */
  record With(
      int line, List<AssignmentTarget> targets, List<Expression> values, List<Statement> body)
      implements Statement {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.with(this);
    }
  }

  /** {@code macro}. */
  record Define(int line, Signature macro) implements Statement {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.define(this);
    }
  }

  /** {@code call}: passes the caller to the called function. */
  record CallBlock(int line, Expression.Call call, Signature caller) implements Statement {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.callBlock(this);
    }
  }

  /** {@code block}. */
  record Block(int line, String name, boolean scoped, boolean required, List<Statement> body)
      implements Statement {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.block(this);
    }
  }

  /**
   * A macro as it is written.
   *
   * @param defaults of the last parameters
   * @param used all names in the body, which decide whether it takes extra arguments
   */
  record Signature(
      String name,
      int line,
      List<String> parameters,
      List<Expression> defaults,
      List<Statement> body,
      Set<String> used) {}
}
