package io.directord.jinja.evaluate;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.method.Method;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Members;
import io.directord.jinja.value.Tuple;
import java.util.List;

/** The result of {@code cycler()}: values that take turns. */
public final class Cycler implements Members {
  private final List<Object> values;
  private int place;

  Cycler(Arguments arguments) {
    arguments.after(arguments.positional().size()).bind("cycler");
    this.values = arguments.positional();
    if (values.isEmpty()) {
      throw new TemplateException("at least one item has to be provided");
    }
  }

  @Override
  public Object member(String name) {
    return switch (name) {
      case "current" -> values.get(place);
      case "pos" -> (long) place;
      case "items" -> Tuple.of(values);
      case "next" -> new Method(name, this, this::next);
      case "reset" -> new Method(name, this, this::reset);
      default -> Arguments.ABSENT;
    };
  }

  private Object next(Arguments arguments) {
    arguments.bind("next");
    Object now = values.get(place);
    place = (place + 1) % values.size();
    return now;
  }

  private Object reset(Arguments arguments) {
    arguments.bind("reset");
    place = 0;
    return null;
  }

  @Override
  public String type() {
    return "jinja2.utils.Cycler";
  }
}
