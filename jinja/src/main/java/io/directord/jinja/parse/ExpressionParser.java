package io.directord.jinja.parse;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.parse.Token.Kind;
import io.directord.jinja.syntax.Expression;
import io.directord.jinja.syntax.Expression.Given;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses expressions, with the precedence of Jinja2's operators. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=", "in");
  private static final Map<String, Integer> PRECEDENCE =
      Map.of("+", 1, "-", 1, "~", 2, "*", 3, "/", 3, "//", 3, "%", 3, "**", 4);
  private static final int BYTES_OF_NODE = 64;

  private final Tokens words;
  private final Vocabulary vocabulary;
  private final Nesting nesting;
  private final Set<String> used;

  /**
   * @param used receives every name
   */
  ExpressionParser(Tokens words, Vocabulary vocabulary, Nesting nesting, Set<String> used) {
    this.words = words;
    this.vocabulary = vocabulary;
    this.nesting = nesting;
    this.used = used;
  }

  /** One expression, or several with commas, which make a tuple. */
  Expression tuple() {
    return tuple(true, "");
  }

  /** As {@link #tuple()}, but where {@code if} and this word end it. */
  Expression tupleUpTo(String end) {
    return tuple(false, end);
  }

  private Expression tuple(boolean choices, String end) {
    List<Expression> elements = new ArrayList<>();
    boolean tuple = false;
    while (!atEnd(end)) {
      elements.add(choices ? expression() : or());
      if (!words.skip(",")) {
        break;
      }
      tuple = true;
    }
    if (elements.isEmpty()) {
      throw words.expected("an expression");
    }
    return tuple ? new Expression.Sequence(true, elements) : elements.get(0);
  }

  private boolean atEnd(String end) {
    return words.at(Kind.END) || words.at(")") || !end.isEmpty() && words.at(end);
  }

  /** One expression, with {@code if} and {@code else} in it. */
  Expression expression() {
    nesting.enter(words.next().line());
    Expression value = or();
    while (words.at("if")) {
      int line = words.take().line();
      Expression condition = or();
      Expression otherwise = words.skip("else") ? expression() : null;
      value = new Expression.Choice(condition, value, otherwise, line);
    }
    nesting.leave();
    return value;
  }

  private Expression or() {
    Expression value = and();
    while (words.skip("or")) {
      value = new Expression.Logical(true, value, and());
    }
    return value;
  }

  private Expression and() {
    Expression value = not();
    while (words.skip("and")) {
      value = new Expression.Logical(false, value, not());
    }
    return value;
  }

  private Expression not() {
    if (!words.at("not")) {
      return comparison();
    }
    nesting.enter(words.take().line());
    Expression negated = new Expression.Not(not());
    nesting.leave();
    return negated;
  }

  private Expression comparison() {
    Expression first = arithmetic(1);
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    while (atComparison()) {
      operators.add(words.skip("not") ? "not " + words.take().text() : words.take().text());
      others.add(arithmetic(1));
    }
    return operators.isEmpty() ? first : new Expression.Compared(first, operators, others);
  }

  private boolean atComparison() {
    Token next = words.next();
    boolean word = next.kind() == Kind.OPERATOR || next.kind() == Kind.NAME;
    return word && COMPARISONS.contains(next.text()) || next.is("not") && words.second().is("in");
  }

  /** An expression of operators that bind at least that strongly. */
  private Expression arithmetic(int precedence) {
    Expression value = unary(true);
    while (precedence() >= precedence) {
      int binds = precedence();
      String operator = words.take().text();
      value =
          operator.equals("~")
              ? joined(value)
              : new Expression.Binary(operator, value, arithmetic(binds + 1));
    }
    return value;
  }

  private int precedence() {
    Token next = words.next();
    return next.kind() == Kind.OPERATOR ? PRECEDENCE.getOrDefault(next.text(), 0) : 0;
  }

  private Expression joined(Expression first) {
    List<Expression> parts = new ArrayList<>(List.of(first));
    do {
      parts.add(arithmetic(PRECEDENCE.get("~") + 1));
    } while (words.skip("~"));
    return new Expression.Joined(parts);
  }

  private Expression unary(boolean filtered) {
    Token first = words.next();
    Budget.bytes(BYTES_OF_NODE);
    Expression value;
    if (first.is("-") || first.is("+")) {
      nesting.enter(words.take().line());
      value = new Expression.Signed(first.text(), unary(false));
      nesting.leave();
    } else {
      value = members(primary());
    }
    value = filtered ? applied(value) : value;
    return first.line() == words.line() ? value : new Expression.At(first.line(), value);
  }

  private Expression primary() {
    Token first = words.next();
    switch (first.kind()) {
      case INTEGER, FLOAT:
        return new Expression.Literal(words.take().value());
      case STRING:
        return strings();
      case NAME:
        return name(words.take().text());
      default:
        break;
    }
    if (words.skip("(")) {
      return parentheses();
    }
    if (words.skip("[")) {
      return new Expression.Sequence(false, elements("]"));
    }
    if (words.skip("{")) {
      return pairs();
    }
    throw words.expected("an expression");
  }

  private Expression strings() {
    StringBuilder text = new StringBuilder();
    while (words.at(Kind.STRING)) {
      text.append(words.take().text());
    }
    return new Expression.Literal(text.toString());
  }

  private Expression name(String name) {
    switch (name) {
      case "true", "True":
        return new Expression.Literal(true);
      case "false", "False":
        return new Expression.Literal(false);
      case "none", "None":
        return new Expression.Literal(null);
      default:
        used.add(name);
        return new Expression.Name(name);
    }
  }

  private Expression parentheses() {
    Expression inner = words.at(")") ? new Expression.Sequence(true, List.of()) : tuple(true, ")");
    words.expect(")");
    return inner;
  }

  private List<Expression> elements(String end) {
    List<Expression> elements = new ArrayList<>();
    while (!words.skip(end)) {
      elements.add(expression());
      if (!words.at(end)) {
        words.expect(",");
      }
    }
    return elements;
  }

  private Expression pairs() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!words.skip("}")) {
      keys.add(expression());
      words.expect(":");
      values.add(expression());
      if (!words.at("}")) {
        words.expect(",");
      }
    }
    return new Expression.Pairs(keys, values);
  }

  /** A value with its attributes, elements and calls. */
  private Expression members(Expression base) {
    Expression value = base;
    while (true) {
      if (words.skip(".")) {
        value =
            words.at(Kind.INTEGER)
                ? new Expression.Element(value, new Expression.Literal(words.take().value()))
                : new Expression.Attribute(value, words.name());
      } else if (words.skip("[")) {
        value = element(value);
      } else if (words.at("(")) {
        value = new Expression.Call(value, given());
      } else {
        return value;
      }
      Budget.bytes(BYTES_OF_NODE);
    }
  }

  private Expression element(Expression base) {
    if (words.skip("]")) {
      return new Expression.Element(base, new Expression.Sequence(true, List.of()));
    }
    Expression from = words.at(":") ? null : expression();
    if (words.skip(":")) {
      Expression to = bound();
      Expression by = words.skip(":") ? bound() : null;
      words.expect("]");
      return new Expression.Slice(base, from, to, by);
    }
    if (words.skip("]")) {
      return new Expression.Element(base, from);
    }
    words.expect(",");
    List<Expression> keys = new ArrayList<>(List.of(from));
    keys.addAll(elements("]"));
    return new Expression.Element(base, new Expression.Sequence(true, keys));
  }

  private Expression bound() {
    return words.at(":") || words.at("]") ? null : expression();
  }

  /** The filters, tests and calls after a value. */
  Expression applied(Expression base) {
    Expression value = base;
    while (true) {
      if (words.skip("|")) {
        value = filtered(value);
      } else if (words.skip("is")) {
        value = tested(value);
      } else if (words.at("(")) {
        value = new Expression.Call(value, given());
      } else {
        return value;
      }
      Budget.bytes(BYTES_OF_NODE);
    }
  }

  /** A filter, of which the name is next, and those after it. */
  Expression filtered(Expression value) {
    int line = words.next().line();
    String name = dotted();
    try {
      vocabulary.filter().accept(name);
    } catch (TemplateException e) {
      throw e.at(line);
    }
    return new Expression.Filtered(value, name, words.at("(") ? given() : Given.NOTHING);
  }

  private Expression tested(Expression value) {
    boolean negated = words.skip("not");
    int line = words.next().line();
    String name = dotted();
    Given given = words.at("(") ? given() : operand();
    try {
      vocabulary.test().accept(name);
    } catch (TemplateException e) {
      throw e.at(line);
    }
    Expression test = new Expression.Tested(value, name, given);
    return negated ? new Expression.Not(test) : test;
  }

  /** The argument of a test without parentheses. */
  private Given operand() {
    Token next = words.next();
    if (next.is("is")) {
      throw words.fail("You cannot chain multiple tests with is");
    }
    boolean value =
        switch (next.kind()) {
          case STRING, INTEGER, FLOAT -> true;
          case NAME -> !Set.of("else", "or", "and").contains(next.text());
          default -> next.is("[") || next.is("{");
        };
    return value ? new Given(List.of(members(primary())), Map.of(), null, null) : Given.NOTHING;
  }

  private String dotted() {
    StringBuilder name = new StringBuilder(words.name());
    while (words.skip(".")) {
      name.append('.').append(words.name());
    }
    return name.toString();
  }

  /** The arguments of a call. */
  private Given given() {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Expression spread = null;
    Expression spreadNames = null;
    words.expect("(");
    while (!words.skip(")")) {
      TemplateException wrong = words.fail("invalid syntax for function call expression");
      if (words.skip("**")) {
        refuse(spreadNames != null, wrong);
        spreadNames = expression();
      } else if (words.skip("*")) {
        refuse(spread != null || spreadNames != null, wrong);
        spread = expression();
      } else if (words.at(Kind.NAME) && words.second().is("=")) {
        String name = words.name();
        words.expect("=");
        refuse(spreadNames != null || named.put(name, expression()) != null, wrong);
      } else {
        refuse(spread != null || spreadNames != null || !named.isEmpty(), wrong);
        positional.add(expression());
      }
      if (!words.at(")")) {
        words.expect(",");
      }
    }
    return new Given(positional, named, spread, spreadNames);
  }

  private static void refuse(boolean refused, TemplateException wrong) {
    if (refused) {
      throw wrong;
    }
  }
}
