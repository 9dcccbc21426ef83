package io.directord.jinja.evaluate;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.syntax.Expression;
import io.directord.jinja.syntax.Statement.Signature;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Function;
import io.directord.jinja.value.Members;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Tuple;
import io.directord.jinja.value.Undefined;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A macro, which sees the names in scope at its definition. */
final class Macro implements Function, Members {
  /** Renders a macro's body, when it is called. */
  @FunctionalInterface
  interface Body {
    /**
     * @param given values of parameters and of extra arguments; {@link Arguments#ABSENT} for a
     *     parameter without a value
     */
    String render(Macro macro, Map<String, Object> given);
  }

  private final Signature signature;
  private final Scope scope;
  private final Body body;

  /**
   * @param scope the scope of its definition
   */
  Macro(Signature signature, Scope scope, Body body) {
    this.signature = signature;
    this.scope = scope;
    this.body = body;
  }

  Signature signature() {
    return signature;
  }

  Scope scope() {
    return scope;
  }

  /** The default of a parameter, unevaluated, or null. */
  Expression fallback(String parameter) {
    int required = signature.parameters().size() - signature.defaults().size();
    int place = signature.parameters().indexOf(parameter) - required;
    return place < 0 ? null : signature.defaults().get(place);
  }

  private boolean takes(String what) {
    return signature.used().contains(what);
  }

  @Override
  public Object call(Arguments arguments) {
    Map<String, Object> given = new LinkedHashMap<>();
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    List<Object> positional = arguments.positional();
    int count = 0;
    for (String parameter : signature.parameters()) {
      boolean placed = count < positional.size();
      given.put(parameter, placed ? positional.get(count) : byName(named, parameter));
      count++;
    }
    if (takes("caller") && !given.containsKey("caller")) {
      Object caller = byName(named, "caller");
      boolean none = caller == Arguments.ABSENT;
      given.put("caller", none ? new Undefined("No caller defined") : caller);
    }
    if (takes("kwargs")) {
      given.put("kwargs", new LinkedHashMap<Object, Object>(named));
    } else if (!named.isEmpty()) {
      throw refused("keyword argument " + PythonValues.repr(named.keySet().iterator().next()));
    }
    List<Object> rest = positional.subList(Math.min(count, positional.size()), positional.size());
    if (takes("varargs")) {
      given.put("varargs", Tuple.of(rest));
    } else if (!rest.isEmpty()) {
      throw refused("more than " + count + " argument(s)");
    }
    return body.render(this, given);
  }

  private static Object byName(Map<String, Object> named, String name) {
    return named.containsKey(name) ? named.remove(name) : Arguments.ABSENT;
  }

  private TemplateException refused(String what) {
    return new TemplateException(
        "macro " + PythonValues.repr(signature.name()) + " takes no " + what);
  }

  @Override
  public Object member(String attribute) {
    return switch (attribute) {
      case "name" -> signature.name();
      case "catch_kwargs" -> takes("kwargs");
      case "catch_varargs" -> takes("varargs");
      case "caller" -> takes("caller");
      case "arguments" -> Tuple.of(new ArrayList<>(signature.parameters()));
      default -> Arguments.ABSENT;
    };
  }

  @Override
  public String type() {
    return "jinja2.runtime.Macro";
  }

  @Override
  public String shown() {
    return "<Macro "
        + (signature.name() == null ? "anonymous" : PythonValues.repr(signature.name()))
        + ">";
  }
}
