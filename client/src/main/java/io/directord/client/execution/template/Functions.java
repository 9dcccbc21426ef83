package io.directord.client.execution.template;

import com.hubspot.jinjava.interpret.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions that every template can call. */
final class Functions {
  /** The function {@code dict} by a name that no template can take from it. */
  static final String HIDDEN_DICT = "$dict";

  private static final int MAX_RANGE = 100_000;

  private Functions() {}

  static void register(Context context) {
    Names.set(context, "range", new Named("range", Functions::range));
    Names.set(context, "dict", new Named("dict", MapMethods::dict));
    Names.set(context, HIDDEN_DICT, new Named("dict", MapMethods::dict));
    Names.set(context, "cycler", new Named("cycler", Cycler::new));
    Names.set(context, "joiner", new Named("joiner", Functions::joiner));
    Names.set(context, "namespace", new Named("namespace", Functions::namespace));
  }

  /** A function and what it prints as. */
  private record Named(String name, Function function) implements Function {
    @Override
    public Object call(Arguments arguments) {
      return function.call(arguments);
    }

    @Override
    public String toString() {
      return "<function " + name + ">";
    }
  }

  private static Object range(Arguments arguments) {
    boolean one = arguments.positional().size() == 1;
    Object[] given = one ? new Object[] {0L, null, Arguments.ABSENT} : null;
    given = one ? given : arguments.bind("range", "start", "stop", "step?");
    given[1] = one ? arguments.bind("range", "stop")[0] : given[1];
    long start = Values.index(given[0]);
    long step = Arguments.number(given[2], 1);
    if (step == 0) {
      throw new TemplateException("range() arg 3 must not be zero");
    }
    double count = Math.max(0, Math.ceil(((double) Values.index(given[1]) - start) / step));
    if (count > MAX_RANGE) {
      throw new TemplateException("Range too big. At most " + MAX_RANGE + " elements are allowed.");
    }
    List<Object> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(start + i * step);
    }
    return numbers;
  }

  /** What {@code joiner()} gives: a function that gives nothing the first time. */
  private static Object joiner(Arguments arguments) {
    String separator = Arguments.text(arguments.bind("joiner", "sep?")[0], ", ");
    boolean[] used = new boolean[1];
    return (Function)
        given -> {
          given.bind("joiner");
          String now = used[0] ? separator : "";
          used[0] = true;
          return now;
        };
  }

  private static Object namespace(Arguments arguments) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    Values.map(MapMethods.dict(arguments))
        .forEach((key, value) -> attributes.put(Values.text(key), value));
    return new Namespace(attributes);
  }
}
