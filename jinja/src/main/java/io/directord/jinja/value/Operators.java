package io.directord.jinja.value;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's operators. */
public final class Operators {
  private Operators() {}

  public static Object apply(String operator, Object left, Object right) {
    boolean format = operator.equals("%");
    if (left instanceof Markup || right instanceof Markup && !format) {
      Object other = format ? Escaping.allShown(right) : Escaping.escaped(right);
      return Escaping.made(apply(operator, Escaping.escaped(left), other));
    }
    Undefined.refuse(left);
    if (format && left instanceof String text) {
      return Percent.format(text, right);
    }
    Undefined.refuse(right);
    if (Numbers.isNumeric(left) && Numbers.isNumeric(right)) {
      return arithmetic(operator, left, right);
    }
    if (operator.equals("+")) {
      return concatenate(left, right);
    }
    if (operator.equals("*")) {
      return repeat(left, right);
    }
    throw unsupported(operator, left, right);
  }

  private static Object arithmetic(String operator, Object left, Object right) {
    return switch (operator) {
      case "/" -> Numbers.divide(left, right);
      case "//" -> Numbers.floorDivide(left, right);
      case "%" -> Numbers.modulo(left, right);
      case "**" -> Numbers.power(left, right);
      default ->
          Numbers.isInteger(left) && Numbers.isInteger(right)
              ? Numbers.of(integers(operator, Numbers.big(left), Numbers.big(right)))
              : (Object) reals(operator, Numbers.real(left), Numbers.real(right));
    };
  }

  private static BigInteger integers(String operator, BigInteger left, BigInteger right) {
    return switch (operator) {
      case "+" -> left.add(right);
      case "-" -> left.subtract(right);
      default -> Numbers.multiply(left, right);
    };
  }

  private static double reals(String operator, double left, double right) {
    return switch (operator) {
      case "+" -> left + right;
      case "-" -> left - right;
      default -> left * right;
    };
  }

  private static Object concatenate(Object left, Object right) {
    if (left instanceof String first) {
      if (right instanceof String second) {
        Budget.text((long) first.length() + second.length());
        return first + second;
      }
      throw new TemplateException(
          "can only concatenate str (not \"" + Types.of(right) + "\") to str");
    }
    if (left instanceof List<?> first && !(left instanceof Range || left instanceof View)) {
      String type = Types.of(left);
      if (!type.equals(Types.of(right))) {
        throw new TemplateException(
            "can only concatenate " + type + " (not \"" + Types.of(right) + "\") to " + type);
      }
      Budget.elements((long) first.size() + ((List<?>) right).size());
      List<Object> both = new ArrayList<>(first);
      both.addAll((List<?>) right);
      return left instanceof Tuple ? Tuple.of(both) : both;
    }
    throw unsupported("+", left, right);
  }

  private static Object repeat(Object left, Object right) {
    if (Numbers.isInteger(left)) {
      return repeat(right, left);
    }
    boolean sequence = Types.isSequence(left) && !(left instanceof Range);
    if (!sequence) {
      throw unsupported("*", left, right);
    }
    if (!Numbers.isInteger(right)) {
      throw new TemplateException(
          "can't multiply sequence by non-int of type '" + Types.of(right) + "'");
    }
    int times = Math.max(0, Numbers.index(right));
    if (left instanceof String text) {
      return Strings.repeat(text, times);
    }
    Budget.elements((long) PythonValues.length(left) * times);
    List<Object> repeated = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      repeated.addAll((List<?>) left);
    }
    return left instanceof Tuple ? Tuple.of(repeated) : repeated;
  }

  public static Object sign(String sign, Object value) {
    Undefined.refuse(value);
    if (!Numbers.isNumeric(value)) {
      throw new TemplateException(
          "bad operand type for unary " + sign + ": '" + Types.of(value) + "'");
    }
    if (value instanceof Double number) {
      return sign.equals("-") ? -number : number;
    }
    BigInteger number = Numbers.big(value);
    return Numbers.of(sign.equals("-") ? number.negate() : number);
  }

  public static boolean compare(String operator, Object leftOrMarkup, Object rightOrMarkup) {
    Object left = Markup.plain(leftOrMarkup);
    Object right = Markup.plain(rightOrMarkup);
    return switch (operator) {
      case "==" -> PythonValues.equal(left, right);
      case "!=" -> !PythonValues.equal(left, right);
      case "in" -> contains(right, left);
      case "not in" -> !contains(right, left);
      case "<" -> order(operator, left, right) < 0;
      case "<=" -> order(operator, left, right) <= 0;
      case ">" -> order(operator, left, right) > 0;
      default -> order(operator, left, right) >= 0;
    };
  }

  /** The order of two values, for sorting. */
  public static int order(Object left, Object right) {
    return order("<", left, right);
  }

  private static int order(String operator, Object one, Object other) {
    Object left = Markup.plain(one);
    Object right = Markup.plain(other);
    Undefined.refuse(left);
    Undefined.refuse(right);
    if (Numbers.isNumeric(left) && Numbers.isNumeric(right)) {
      return Numbers.compare(left, right);
    }
    if (left instanceof String first && right instanceof String second) {
      return Strings.compare(first, second);
    }
    boolean lists = left instanceof List && right instanceof List;
    if (lists && Types.of(left).equals(Types.of(right))) {
      return order(operator, (List<?>) left, (List<?>) right);
    }
    throw new TemplateException(
        "'"
            + operator
            + "' not supported between instances of '"
            + Types.of(left)
            + "' and '"
            + Types.of(right)
            + "'");
  }

  private static int order(String operator, List<?> left, List<?> right) {
    Budget.step(1);
    Budget.enter();
    int order = orderOf(operator, left, right);
    Budget.leave();
    return order;
  }

  private static int orderOf(String operator, List<?> left, List<?> right) {
    Iterator<?> others = right.iterator();
    for (Object element : left) {
      if (!others.hasNext()) {
        return 1;
      }
      Object other = others.next();
      if (!PythonValues.equal(element, other)) {
        return order(operator, element, other);
      }
    }
    return others.hasNext() ? -1 : 0;
  }

  public static boolean contains(Object container, Object element) {
    Undefined.refuse(container);
    if (container instanceof String text) {
      Undefined.refuse(element);
      if (element instanceof String part) {
        return Search.contains(text, part);
      }
      throw new TemplateException(
          "'in <string>' requires string as left operand, not " + Types.of(element));
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(PythonValues.key(map, element));
    }
    if (!PythonValues.isIterable(container)) {
      throw new TemplateException("argument of type '" + Types.of(container) + "' is not iterable");
    }
    Iterator<Object> elements = PythonValues.iterator(container);
    while (elements.hasNext()) {
      if (PythonValues.equal(elements.next(), element)) {
        return true;
      }
    }
    return false;
  }

  private static TemplateException unsupported(String operator, Object left, Object right) {
    return new TemplateException(
        "unsupported operand type(s) for "
            + operator
            + ": '"
            + Types.of(left)
            + "' and '"
            + Types.of(right)
            + "'");
  }
}
