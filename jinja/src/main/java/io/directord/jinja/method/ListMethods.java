package io.directord.jinja.method;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.Operators;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The methods of Python's {@code list}. */
public final class ListMethods {
  public static final Set<String> OF_TUPLES = Set.of("index", "count");
  public static final Map<String, Unbound<List<Object>>> ALL = all();

  private ListMethods() {}

  private static Map<String, Unbound<List<Object>>> all() {
    Map<String, Unbound<List<Object>>> all = new HashMap<>();
    all.put("append", (self, args) -> added(self, self.size(), Tuple.of(args.bind("append", "x"))));
    all.put(
        "extend",
        (self, args) ->
            added(self, self.size(), PythonValues.list(args.bind("extend", "iterable")[0])));
    all.put("insert", ListMethods::insert);
    all.put("pop", ListMethods::pop);
    all.put("remove", (self, args) -> added(self, (int) place(self, args, true), List.of()));
    all.put("index", (self, args) -> place(self, args, false));
    all.put("count", ListMethods::count);
    all.put("sort", ListMethods::sort);
    all.put(
        "reverse",
        (self, args) -> {
          args.bind("reverse");
          Collections.reverse(self);
          return null;
        });
    all.put(
        "clear",
        (self, args) -> {
          args.bind("clear");
          self.clear();
          return null;
        });
    all.put("copy", (self, args) -> new ArrayList<>(self));
    return Map.copyOf(all);
  }

  private static Object added(List<Object> self, int place, List<Object> more) {
    Budget.more(self.size(), more.size());
    Budget.keep();
    self.addAll(place, more);
    return null;
  }

  private static Object insert(List<Object> self, Arguments args) {
    Object[] given = args.bind("insert", "index", "object");
    int index = Numbers.index(given[0]);
    int place = index < 0 ? index + self.size() : index;
    return added(self, Math.max(0, Math.min(self.size(), place)), Tuple.of(given[1]));
  }

  private static Object pop(List<Object> self, Arguments args) {
    int index = Arguments.number(args.bind("pop", "index?")[0], -1);
    int place = index < 0 ? index + self.size() : index;
    if (place < 0 || place >= self.size()) {
      throw new TemplateException("pop index out of range");
    }
    return self.remove(place);
  }

  private static long place(List<Object> self, Arguments args, boolean remove) {
    Object wanted = args.bind("the method", "value")[0];
    for (int i = 0; i < self.size(); i++) {
      if (PythonValues.equal(self.get(i), wanted)) {
        if (remove) {
          self.remove(i);
        }
        return i;
      }
    }
    throw new TemplateException(PythonValues.repr(wanted) + " is not in list");
  }

  private static Object sort(List<Object> self, Arguments args) {
    Object[] given = args.bind("sort", "key?", "reverse?");
    if (given[0] != Arguments.ABSENT && given[0] != null) {
      throw new TemplateException("sort() by a key is the filter's: sort(attribute='name')");
    }
    Comparator<Object> order = Operators::order;
    self.sort(Arguments.flag(given[1], false) ? order.reversed() : order);
    return null;
  }

  private static Object count(List<Object> self, Arguments args) {
    Object wanted = args.bind("count", "value")[0];
    return self.stream().filter(element -> PythonValues.equal(element, wanted)).count();
  }
}
