package io.directord.jinja.method;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Tuple;
import io.directord.jinja.value.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The methods of Python's {@code dict}. */
public final class MapMethods {
  public static final Map<String, Unbound<Map<Object, Object>>> ALL = all();

  private MapMethods() {}

  private static Map<String, Unbound<Map<Object, Object>>> all() {
    Map<String, Unbound<Map<Object, Object>>> all = new HashMap<>();
    all.put("keys", (self, args) -> new View("dict_keys", PythonValues.list(self)));
    all.put("values", (self, args) -> new View("dict_values", values(self)));
    all.put("items", (self, args) -> new View("dict_items", items(self)));
    all.put("fromkeys", (self, args) -> fromKeys(args));
    all.put("copy", (self, args) -> dict(Arguments.of(self)));
    all.put("get", MapMethods::get);
    all.put("pop", MapMethods::pop);
    all.put("popitem", MapMethods::popItem);
    all.put("setdefault", MapMethods::setDefault);
    all.put(
        "update",
        (self, args) -> {
          Map<Object, Object> more = dict(args);
          Budget.more(self.size(), more.size());
          Budget.keep();
          more.forEach((key, value) -> self.put(PythonValues.key(self, key), value));
          return null;
        });
    all.put(
        "clear",
        (self, args) -> {
          self.clear();
          return null;
        });
    return Collections.unmodifiableMap(all);
  }

  /** A map of another map or pairs, and names. */
  public static Map<Object, Object> dict(Arguments arguments) {
    Map<Object, Object> map = new LinkedHashMap<>();
    if (arguments.positional().size() > 1) {
      throw new TemplateException("dict expected at most 1 argument");
    }
    if (!arguments.positional().isEmpty()) {
      Object first = arguments.positional().get(0);
      if (first instanceof Map<?, ?> other) {
        Budget.elements(other.size());
        Budget.bytes(other.size() * 48L);
        map.putAll(other);
      } else {
        PythonValues.iterate(first).forEach(pair -> put(map, PythonValues.list(pair)));
      }
    }
    map.putAll(arguments.named());
    return map;
  }

  /** A map with the same value for every key. */
  public static Object fromKeys(Arguments arguments) {
    Object[] given = arguments.bind("fromkeys", "iterable", "value?");
    Map<Object, Object> map = new LinkedHashMap<>();
    for (Object key : PythonValues.iterate(given[0])) {
      map.put(PythonValues.key(map, key), Arguments.or(given[1], null));
    }
    return map;
  }

  private static void put(Map<Object, Object> map, List<Object> pair) {
    if (pair.size() != 2) {
      throw new TemplateException(
          "dictionary update sequence element has length " + pair.size() + "; 2 is required");
    }
    map.put(PythonValues.key(map, pair.get(0)), pair.get(1));
  }

  private static List<Object> values(Map<Object, Object> map) {
    Budget.elements(map.size());
    return new ArrayList<>(map.values());
  }

  /** Pairs of key and value. */
  public static List<Object> items(Map<?, ?> map) {
    Budget.elements(map.size());
    Budget.bytes(map.size() * 72L);
    List<Object> items = new ArrayList<>();
    map.forEach((key, value) -> items.add(Tuple.of(key, value)));
    return items;
  }

  private static Object get(Map<Object, Object> self, Arguments args) {
    Object[] given = args.bind("get", "key", "default?");
    Object key = PythonValues.key(self, given[0]);
    return self.containsKey(key) ? self.get(key) : Arguments.or(given[1], null);
  }

  private static Object pop(Map<Object, Object> self, Arguments args) {
    Object[] given = args.bind("pop", "key", "default?");
    Object key = PythonValues.key(self, given[0]);
    if (!self.containsKey(key) && given[1] == Arguments.ABSENT) {
      throw new TemplateException("no such key: " + PythonValues.repr(key));
    }
    return self.containsKey(key) ? self.remove(key) : given[1];
  }

  private static Object popItem(Map<Object, Object> self, Arguments args) {
    args.bind("popitem");
    Object last = Arguments.ABSENT;
    for (Object key : self.keySet()) {
      last = key;
    }
    if (last == Arguments.ABSENT) {
      throw new TemplateException("popitem(): dictionary is empty");
    }
    return Tuple.of(last, self.remove(last));
  }

  private static Object setDefault(Map<Object, Object> self, Arguments args) {
    Object[] given = args.bind("setdefault", "key", "default?");
    Object key = PythonValues.key(self, given[0]);
    if (!self.containsKey(key)) {
      Budget.more(self.size(), 1);
      Budget.keep();
      self.put(key, Arguments.or(given[1], null));
    }
    return self.get(key);
  }
}
