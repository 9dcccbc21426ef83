package io.directord.jinja.syntax;

import java.util.List;
import java.util.Map;

/** A part of a template that has a value. */
public sealed interface Expression {
  <R> R accept(Visitor<R> visitor);

  /** A visitor of expressions. */
  interface Visitor<R> {
    R literal(Literal expression);

    R name(Name expression);

    R sequence(Sequence expression);

    R pairs(Pairs expression);

    R attribute(Attribute expression);

    R element(Element expression);

    R slice(Slice expression);

    R call(Call expression);

    R filtered(Filtered expression);

    R tested(Tested expression);

    R not(Not expression);

    R signed(Signed expression);

    R binary(Binary expression);

    R logical(Logical expression);

    R joined(Joined expression);

    R compared(Compared expression);

    R choice(Choice expression);

    R at(At expression);
  }

  /** A number, a text, true, false or none. */
  record Literal(Object value) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.literal(this);
    }
  }

  /** A name, which is looked up. */
  record Name(String name) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.name(this);
    }
  }

  /** <code>[a, b]</code> or <code>(a, b)</code>. */
  record Sequence(boolean tuple, List<Expression> elements) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.sequence(this);
    }
  }

  /** <code>{k: v}</code>; keys and values in turns. */
  record Pairs(List<Expression> keys, List<Expression> values) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.pairs(this);
    }
  }

  /** {@code base.name}. */
  record Attribute(Expression base, String name) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.attribute(this);
    }
  }

  /** {@code base[key]}. */
  record Element(Expression base, Expression key) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.element(this);
    }
  }

  /** {@code base[from:to:by]}, with null for absent parts. */
  record Slice(Expression base, Expression from, Expression to, Expression by)
      implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.slice(this);
    }
  }

  /** {@code callee(given)}. */
  record Call(Expression callee, Given given) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.call(this);
    }
  }

  /** {@code value | filter(given)}. */
  record Filtered(Expression value, String filter, Given given) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.filtered(this);
    }
  }

  /** {@code value is test(given)}. */
  record Tested(Expression value, String test, Given given) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.tested(this);
    }
  }

  /** {@code not operand}. */
  record Not(Expression operand) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.not(this);
    }
  }

  /** {@code -operand} or {@code +operand}. */
  record Signed(String sign, Expression operand) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.signed(this);
    }
  }

  /** Arithmetic of two values. */
  record Binary(String operator, Expression left, Expression right) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.binary(this);
    }
  }

  /**
   * {@code and} or {@code or}: the right value counts unless the left one's truth is {@code
   * enough}.
   */
  record Logical(boolean enough, Expression left, Expression right) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.logical(this);
    }
  }

  /** {@code a ~ b ~ c}. */
  record Joined(List<Expression> parts) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.joined(this);
    }
  }

  /** {@code a < b < c}. */
  record Compared(Expression first, List<String> operators, List<Expression> others)
      implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.compared(this);
    }
  }

  /** {@code yes if condition else no}, with null if there is no {@code else}. */
  record Choice(Expression condition, Expression yes, Expression no, int line)
      implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.choice(this);
    }
  }

  /** A subexpression on a line of its own. */
  record At(int line, Expression inner) implements Expression {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.at(this);
    }
  }

  /**
   * What a call is given as it is written.
   *
   * @param spread after a star, or null
   * @param spreadNames after two stars, or null
   */
  record Given(
      List<Expression> positional,
      Map<String, Expression> named,
      Expression spread,
      Expression spreadNames) {
    public static final Given NOTHING = new Given(List.of(), Map.of(), null, null);
  }
}
