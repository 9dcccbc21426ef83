package io.directord.jinja.method;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Items;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Strings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Python's {@code str.translate}, and the tables that it takes. */
final class Translation {
  private Translation() {}

  static String of(String text, Object table) {
    Output out = new Output();
    text.codePoints()
        .forEach(
            c -> {
              Object to = Items.find(table, (long) c);
              boolean number = Numbers.isInteger(to);
              out.add(
                  to == Arguments.ABSENT
                      ? Character.toString(c)
                      : to == null
                          ? ""
                          : number ? Character.toString(Numbers.index(to)) : Arguments.string(to));
            });
    return out.end();
  }

  static Object table(Arguments arguments) {
    Object[] given = arguments.bind("maketrans", "x", "y?", "z?");
    Map<Object, Object> table = new LinkedHashMap<>();
    if (given[1] == Arguments.ABSENT) {
      PythonValues.map(given[0]).forEach((from, to) -> table.put(point(from), to));
      return table;
    }
    List<Object> from = Strings.characters(Arguments.string(given[0]));
    List<Object> to = Strings.characters(Arguments.string(given[1]));
    if (from.size() != to.size()) {
      throw new TemplateException("the first two maketrans arguments must have equal length");
    }
    for (int i = 0; i < from.size(); i++) {
      table.put(point(from.get(i)), point(to.get(i)));
    }
    if (given[2] != Arguments.ABSENT) {
      Strings.characters(Arguments.string(given[2])).forEach(c -> table.put(point(c), null));
    }
    return table;
  }

  private static Object point(Object character) {
    if (character instanceof String text && Strings.length(text) == 1) {
      return (long) text.codePointAt(0);
    }
    if (Numbers.isInteger(character)) {
      return character;
    }
    throw new TemplateException("keys in translate table must be strings of length 1 or integers");
  }

  /** The values of a map as arguments with names. */
  static Arguments names(Object map) {
    Map<String, Object> named = new LinkedHashMap<>();
    PythonValues.map(map).forEach((name, value) -> named.put(PythonValues.text(name), value));
    return new Arguments(List.of(), named);
  }
}
