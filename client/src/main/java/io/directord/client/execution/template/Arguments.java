package io.directord.client.execution.template;

import com.hubspot.jinjava.el.ext.NamedParameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a call gives.
 *
 * @param positional by place
 * @param named by name
 */
record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** What an argument is that was not given. */
  static final Object ABSENT = new Object();

  static Arguments of(Object value) {
    List<Object> one = new ArrayList<>();
    one.add(value);
    return new Arguments(one, Map.of());
  }

  /** As the engine gives them. */
  static Arguments of(Object[] given) {
    List<Object> positional = new ArrayList<>();
    Map<String, Object> named = new LinkedHashMap<>();
    for (Object argument : given) {
      if (argument instanceof NamedParameter parameter) {
        if (named.containsKey(parameter.getName())) {
          throw new TemplateException("keyword argument repeated: " + parameter.getName());
        }
        named.put(parameter.getName(), parameter.getValue());
      } else if (!(argument instanceof PythonParser.Spread spread)) {
        positional.add(argument);
      } else if (spread.value() instanceof Map<?, ?> map) {
        map.forEach((name, value) -> named.put(Values.text(name), value));
      } else {
        positional.addAll(Values.list(spread.value()));
      }
    }
    return new Arguments(positional, named);
  }

  Arguments and(Map<String, Object> more) {
    Map<String, Object> all = new LinkedHashMap<>(named);
    all.putAll(more);
    return new Arguments(positional, all);
  }

  /** The arguments without the first few, which are positional. */
  Arguments after(int count) {
    return new Arguments(positional.subList(count, positional.size()), named);
  }

  /**
   * The arguments in the order of their declaration.
   *
   * @param function how messages call it
   * @param declared names; one that ends in {@code ?} may be {@link #ABSENT}
   */
  Object[] bind(String function, String... declared) {
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

  static Object or(Object value, Object fallback) {
    return value == ABSENT ? fallback : value;
  }

  static boolean flag(Object value, boolean fallback) {
    return value == ABSENT ? fallback : Values.truth(value);
  }

  static int number(Object value, int fallback) {
    return value == ABSENT ? fallback : Values.index(value);
  }

  static String text(Object value, String fallback) {
    return value == ABSENT ? fallback : Values.text(value);
  }
}
