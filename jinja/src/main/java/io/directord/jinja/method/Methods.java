package io.directord.jinja.method;

import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Escaping;
import io.directord.jinja.value.Markup;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Types;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The methods of strings, lists and maps. */
public final class Methods {
  private Methods() {}

  /** The method, or {@link Arguments#ABSENT}. */
  public static Object find(Object self, String name) {
    if (self instanceof Markup markup) {
      return ofMarkup(markup, name);
    }
    if (self instanceof String text) {
      return bound(text, name, StringMethods.ALL.get(name));
    }
    if (self instanceof Map<?, ?>) {
      return bound(Methods.<Map<Object, Object>>as(self), name, MapMethods.ALL.get(name));
    }
    if (Types.isSequence(self)) {
      boolean fixed = !Types.isList(self);
      return fixed && !ListMethods.OF_TUPLES.contains(name)
          ? Arguments.ABSENT
          : bound(Methods.<List<Object>>as(self), name, ListMethods.ALL.get(name));
    }
    return Numbers.isNumeric(self) ? NumberMethods.find(self, name) : Arguments.ABSENT;
  }

  /** A method of the text, with escaped arguments, whose resulting texts are markup. */
  private static Object ofMarkup(Markup self, String name) {
    Unbound<String> method = StringMethods.ALL.get(name);
    if (StringMethods.ASKS.contains(name) || name.startsWith("is")) {
      return bound(self.text(), name, method);
    }
    UnaryOperator<Object> change =
        switch (name) {
          case "split", "rsplit" -> value -> value;
          case "format", "format_map" -> Escaping::shown;
          case "join" ->
              parts -> PythonValues.stream(parts).map(part -> (Object) Escaping.of(part)).toList();
          default -> Escaping::escaped;
        };
    Unbound<Markup> made =
        (markup, arguments) -> Escaping.made(method.call(markup.text(), arguments.each(change)));
    return bound(self, name, method == null ? null : made);
  }

  private static <T> Object bound(T self, String name, Unbound<T> method) {
    return method == null
        ? Arguments.ABSENT
        : new Method(name, self, arguments -> method.call(self, arguments));
  }

  /** Casts a value whose type was checked; its elements may have any type. */
  @SuppressWarnings("unchecked")
  private static <T extends Object> T as(Object value) {
    assert value instanceof Collection || value instanceof Map;
    return (T) value;
  }
}
