package io.directord.jinja.value;

import io.directord.jinja.error.TemplateException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The arguments of a call.
 *
 * @param positional by place
 * @param named by name
 */
public record Arguments(List<Object> positional, Map<String, Object> named) {
  public static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** Marks an argument that was not given. */
  public static final Object ABSENT = new Object();

  public static Arguments of(Object value) {
    List<Object> one = new ArrayList<>();
    one.add(value);
    return new Arguments(one, Map.of());
  }

  /** The arguments, each changed. */
  public Arguments each(UnaryOperator<Object> change) {
    Map<String, Object> changed = new LinkedHashMap<>();
    named.forEach((name, value) -> changed.put(name, change.apply(value)));
    return new Arguments(positional.stream().map(change).toList(), changed);
  }

  /** The arguments without the first few, which are positional. */
  public Arguments after(int count) {
    return new Arguments(positional.subList(count, positional.size()), named);
  }

  /**
   * The arguments in the order of their declaration.
   *
   * @param function its name in messages
   * @param declared names; one that ends in {@code ?} may be {@link #ABSENT}
   */
  public Object[] bind(String function, String... declared) {
    if (positional.size() > declared.length) {
      throw new TemplateException(
          function
              + "() takes at most "
              + declared.length
              + (declared.length == 1 ? " argument (" : " arguments (")
              + positional.size()
              + " given)");
    }
    Set<String> left = new HashSet<>(named.keySet());
    Object[] bound = new Object[declared.length];
    for (int i = 0; i < declared.length; i++) {
      boolean optional = declared[i].endsWith("?");
      String name = optional ? declared[i].substring(0, declared[i].length() - 1) : declared[i];
      bound[i] = i < positional.size() ? positional.get(i) : byName(left, name);
      if (bound[i] == ABSENT && !optional) {
        throw new TemplateException(function + "() missing required argument '" + name + "'");
      }
    }
    if (!left.isEmpty()) {
      throw new TemplateException(
          function + "() got an unexpected keyword argument '" + left.iterator().next() + "'");
    }
    return bound;
  }

  private Object byName(Set<String> left, String name) {
    return left.remove(name) ? named.get(name) : ABSENT;
  }

  public static Object or(Object value, Object fallback) {
    return value == ABSENT ? fallback : value;
  }

  public static boolean flag(Object value, boolean fallback) {
    return value == ABSENT ? fallback : PythonValues.truth(value);
  }

  public static int number(Object value, int fallback) {
    return value == ABSENT ? fallback : Numbers.index(value);
  }

  public static String text(Object value, String fallback) {
    return value == ABSENT ? fallback : PythonValues.text(value);
  }

  /** A text, which nothing else is taken for. */
  public static String string(Object value) {
    if (Markup.plain(value) instanceof String text) {
      return text;
    }
    Undefined.refuse(value);
    throw new TemplateException("must be str, not " + Types.of(value));
  }
}
