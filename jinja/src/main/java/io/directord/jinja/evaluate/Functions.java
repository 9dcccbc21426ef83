package io.directord.jinja.evaluate;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.method.MapMethods;
import io.directord.jinja.method.Method;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Function;
import io.directord.jinja.value.Members;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Range;
import java.util.LinkedHashMap;
import java.util.Map;

/** The functions that every template can call. */
public final class Functions {
  /** The functions by name. */
  static final Map<String, Function> ALL =
      Map.of(
          "range", new Type("range", Functions::range),
          "dict", new Type("dict", MapMethods::dict),
          "cycler", new Type("jinja2.utils.Cycler", Cycler::new),
          "joiner", new Type("jinja2.utils.Joiner", Joiner::new),
          "namespace", new Type("jinja2.utils.Namespace", Functions::namespace));

  private Functions() {}

  /** A type of Python's, which is called for a value of it. */
  private record Type(String name, Function function) implements Function, Members {
    @Override
    public Object call(Arguments arguments) {
      return function.call(arguments);
    }

    @Override
    public Object member(String member) {
      return name.equals("dict") && member.equals("fromkeys")
          ? new Method(member, this, MapMethods::fromKeys)
          : Arguments.ABSENT;
    }

    @Override
    public String type() {
      return "type";
    }

    @Override
    public String shown() {
      return "<class '" + name + "'>";
    }
  }

  private static Object range(Arguments arguments) {
    boolean one = arguments.positional().size() == 1;
    Object[] given = one ? new Object[] {0L, null, Arguments.ABSENT} : null;
    given = one ? given : arguments.bind("range", "start", "stop", "step?");
    given[1] = one ? arguments.bind("range", "stop")[0] : given[1];
    long start = Numbers.index(given[0]);
    long step = Arguments.number(given[2], 1);
    if (step == 0) {
      throw new TemplateException("range() arg 3 must not be zero");
    }
    long stop = Numbers.index(given[1]);
    if (Range.size(start, stop, step) > Budget.maxElements()) {
      throw new TemplateException(
          TemplateException.Kind.LIMIT,
          "Range too big. At most " + Budget.maxElements() + " elements are allowed.");
    }
    return new Range(start, stop, step);
  }

  /** The result of {@code joiner()}: a function that returns an empty text the first time. */
  private static final class Joiner implements Function, Members {
    private final String separator;
    private boolean used;

    Joiner(Arguments arguments) {
      this.separator = Arguments.text(arguments.bind("joiner", "sep?")[0], ", ");
    }

    @Override
    public Object call(Arguments arguments) {
      arguments.bind("joiner");
      String now = used ? separator : "";
      used = true;
      return now;
    }

    @Override
    public Object member(String name) {
      return Arguments.ABSENT;
    }

    @Override
    public String type() {
      return "jinja2.utils.Joiner";
    }
  }

  private static Object namespace(Arguments arguments) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    PythonValues.map(MapMethods.dict(arguments))
        .forEach((key, value) -> attributes.put(PythonValues.text(key), value));
    return new Namespace(attributes);
  }
}
