package io.directord.jinja.evaluate;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.filter.Library;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.method.Lookup;
import io.directord.jinja.syntax.Expression;
import io.directord.jinja.syntax.Expression.Given;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Markup;
import io.directord.jinja.value.Operators;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Slices;
import io.directord.jinja.value.Tuple;
import io.directord.jinja.value.Types;
import io.directord.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Evaluates expressions. */
final class Evaluator implements Expression.Visitor<Object> {
  private Scope scope;

  Evaluator(Scope scope) {
    this.scope = scope;
  }

  Scope scope() {
    return scope;
  }

  /** Sets the scope in which names are looked up. */
  void move(Scope other) {
    scope = other;
  }

  Object evaluate(Expression expression) {
    Budget.enter();
    Object value = expression.accept(this);
    Budget.leave();
    return value;
  }

  private Object orNull(Expression expression) {
    return expression == null ? null : evaluate(expression);
  }

  private List<Object> all(List<Expression> expressions) {
    Budget.elements(expressions.size());
    List<Object> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(evaluate(expression));
    }
    return values;
  }

  /** Charges steps in proportion to the length of a text. */
  private static Object weighed(Object value) {
    Budget.step(Markup.plain(value) instanceof String text ? 1 + (text.length() >> 6) : 1);
    return value;
  }

  @Override
  public Object literal(Expression.Literal expression) {
    return expression.value();
  }

  @Override
  public Object name(Expression.Name expression) {
    Budget.step(1);
    return scope.get(expression.name());
  }

  @Override
  public Object sequence(Expression.Sequence expression) {
    List<Object> elements = all(expression.elements());
    return expression.tuple() ? Tuple.of(elements) : elements;
  }

  @Override
  public Object pairs(Expression.Pairs expression) {
    Map<Object, Object> map = new LinkedHashMap<>();
    List<Object> keys = all(expression.keys());
    List<Object> values = all(expression.values());
    for (int i = 0; i < keys.size(); i++) {
      map.put(PythonValues.key(map, keys.get(i)), values.get(i));
    }
    return map;
  }

  @Override
  public Object attribute(Expression.Attribute expression) {
    return Lookup.attribute(evaluate(expression.base()), expression.name());
  }

  @Override
  public Object element(Expression.Element expression) {
    Object base = evaluate(expression.base());
    return Lookup.element(base, evaluate(expression.key()));
  }

  @Override
  public Object slice(Expression.Slice expression) {
    Object base = weighed(evaluate(expression.base()));
    Object from = orNull(expression.from());
    Object to = orNull(expression.to());
    Object by = orNull(expression.by());
    return expression.base() instanceof Expression.Literal && !Types.isSequence(base)
        ? new Undefined(Types.of(base) + " object has no element slice")
        : Slices.of(base, from, to, by);
  }

  @Override
  public Object call(Expression.Call expression) {
    return call(expression, Map.of());
  }

  /**
   * @param more arguments in addition to those in the template
   */
  Object call(Expression.Call expression, Map<String, Object> more) {
    Object callee = evaluate(expression.callee());
    Arguments arguments = arguments(expression.given(), more);
    Budget.call();
    Object value = Lookup.call(callee, arguments);
    Budget.returned();
    return value;
  }

  private Arguments arguments(Given given, Map<String, Object> more) {
    if (given == Given.NOTHING && more.isEmpty()) {
      return Arguments.NONE;
    }
    List<Object> positional = all(given.positional());
    Map<String, Object> named = new LinkedHashMap<>();
    given.named().forEach((name, value) -> named.put(name, evaluate(value)));
    if (given.spread() != null) {
      positional.addAll(PythonValues.iterate(evaluate(given.spread())));
    }
    if (given.spreadNames() != null) {
      PythonValues.map(evaluate(given.spreadNames()))
          .forEach((name, value) -> named.put(PythonValues.text(name), value));
    }
    named.putAll(more);
    return new Arguments(positional, named);
  }

  @Override
  public Object filtered(Expression.Filtered expression) {
    Object value = weighed(evaluate(expression.value()));
    Arguments arguments = arguments(expression.given(), Map.of());
    return Library.filter(expression.filter()).apply(value, arguments);
  }

  @Override
  public Object tested(Expression.Tested expression) {
    Object value = weighed(evaluate(expression.value()));
    Arguments arguments = arguments(expression.given(), Map.of());
    return Library.test(expression.test()).holds(value, arguments);
  }

  @Override
  public Object not(Expression.Not expression) {
    return !PythonValues.truth(evaluate(expression.operand()));
  }

  @Override
  public Object signed(Expression.Signed expression) {
    return Operators.sign(expression.sign(), evaluate(expression.operand()));
  }

  @Override
  public Object binary(Expression.Binary expression) {
    Object left = weighed(evaluate(expression.left()));
    return Operators.apply(expression.operator(), left, evaluate(expression.right()));
  }

  @Override
  public Object logical(Expression.Logical expression) {
    Object left = evaluate(expression.left());
    return PythonValues.truth(left) == expression.enough() ? left : evaluate(expression.right());
  }

  @Override
  public Object joined(Expression.Joined expression) {
    Output out = new Output();
    for (Expression part : expression.parts()) {
      out.add(PythonValues.text(evaluate(part)));
    }
    return out.end();
  }

  @Override
  public Object compared(Expression.Compared expression) {
    Object left = evaluate(expression.first());
    boolean holds = true;
    for (int i = 0; holds && i < expression.operators().size(); i++) {
      Object right = weighed(evaluate(expression.others().get(i)));
      holds = Operators.compare(expression.operators().get(i), left, right);
      left = right;
    }
    return holds;
  }

  @Override
  public Object choice(Expression.Choice expression) {
    if (PythonValues.truth(evaluate(expression.condition()))) {
      return evaluate(expression.yes());
    }
    return expression.no() != null
        ? evaluate(expression.no())
        : new Undefined(
            "the inline if-expression on line "
                + expression.line()
                + " evaluated to false and no else section was defined.",
            Undefined.Kind.QUIET);
  }

  @Override
  public Object at(Expression.At expression) {
    try {
      return evaluate(expression.inner());
    } catch (TemplateException e) {
      throw e.at(expression.line());
    }
  }
}
