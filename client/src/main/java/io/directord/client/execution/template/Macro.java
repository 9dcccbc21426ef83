package io.directord.client.execution.template;

import com.hubspot.jinjava.el.ext.NamedParameter;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.fn.MacroFunction;
import com.hubspot.jinjava.lib.tag.CallTag;
import com.hubspot.jinjava.lib.tag.MacroTag;
import com.hubspot.jinjava.tree.TagNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The engine's macro, which here sees the names around its definition, and is a value. */
final class Macro extends MacroFunction implements Function, Members {
  /** A default as it is written; it is evaluated at each call that needs it. */
  private record Default(String expression) {}

  private Macro(TagNode node, JinjavaInterpreter in, String name, String parameters) {
    super(
        node.getChildren(),
        name,
        declared(parameters),
        false,
        in.getContext(),
        node.getLineNumber(),
        0);
  }

  private static LinkedHashMap<String, Object> declared(String parameters) {
    LinkedHashMap<String, Object> declared = new LinkedHashMap<>();
    boolean optional = false;
    for (String parameter : PythonScanner.split(parameters)) {
      int equals = PythonScanner.find(parameter, "=");
      String name = (equals < 0 ? parameter : parameter.substring(0, equals)).strip();
      if (!Target.isName(name) || optional && equals < 0) {
        throw new TemplateException("'" + parameter.strip() + "' cannot be a parameter here");
      }
      optional = equals >= 0;
      declared.put(
          name,
          optional
              ? new Default(parameter.substring(equals + 1))
              : new Undefined("parameter '" + name + "' was not provided"));
    }
    return declared;
  }

  @Override
  public Object call(Arguments arguments) {
    List<Object> given = new ArrayList<>(arguments.positional());
    long places = Math.min(given.size(), getArguments().size());
    getArguments().stream()
        .limit(places)
        .filter(arguments.named()::containsKey)
        .forEach(twice -> refuse(Map.of(twice, ""), "$", "second argument '" + twice + "'"));
    arguments.named().forEach((name, value) -> given.add(new NamedParameter(name, value)));
    return evaluate(given.toArray());
  }

  @Override
  public Object doEvaluate(
      Map<String, Object> parameters, Map<String, Object> named, List<Object> positional) {
    Interpreter in = Interpreter.current().inside(localContextScope);
    Context names = in.getContext();
    Object noCaller = new Undefined("No caller defined");
    Names.set(names, "caller", named.containsKey("caller") ? named.remove("caller") : noCaller);
    refuse(named, "kwargs", "keyword argument " + Values.repr(List.copyOf(named.keySet())));
    refuse(positional.isEmpty() ? Map.of() : Map.of("", ""), "varargs", "more arguments");
    Names.set(names, "kwargs", new LinkedHashMap<Object, Object>(named));
    Names.set(names, "varargs", Tuple.of(positional));
    try (var current = JinjavaInterpreter.closeablePushCurrent(in).get()) {
      parameters.forEach((name, value) -> Names.set(names, name, given(value, in)));
      return Tags.rendered(content, current.value());
    }
  }

  private Object given(Object value, Interpreter in) {
    return value instanceof Default written
        ? in.resolveELExpression(written.expression(), definitionLineNumber)
        : value;
  }

  /** Fails if there are arguments that only a macro takes which names them all. */
  private void refuse(Map<String, Object> given, String used, String what) {
    if (!given.isEmpty() && !reconstructImage().contains(used)) {
      throw new TemplateException("macro '" + getName() + "' takes no " + what);
    }
  }

  @Override
  public Object member(String attribute) {
    return switch (attribute) {
      case "name" -> getName();
      case "catch_kwargs" -> reconstructImage().contains("kwargs");
      case "catch_varargs" -> reconstructImage().contains("varargs");
      case "caller" -> reconstructImage().contains("caller");
      case "arguments" -> Tuple.of(new ArrayList<>(getArguments()));
      default -> Arguments.ABSENT;
    };
  }

  @Override
  public String toString() {
    return "<Macro '" + getName() + "'>";
  }

  /** {@code macro}. */
  static final class Define extends MacroTag {
    private static final long serialVersionUID = 1;

    @Override
    public String interpret(TagNode node, JinjavaInterpreter in) {
      String head = node.getHelpers().strip();
      int begin = head.indexOf('(');
      String name = begin < 0 ? "" : head.substring(0, begin).strip();
      if (!head.endsWith(")") || !Target.isName(name)) {
        throw new TemplateException("a macro wants a name and ()", node.getLineNumber());
      }
      String parameters = head.substring(begin + 1, head.length() - 1);
      Names.set(in.getContext(), name, new Macro(node, in, name, parameters));
      return "";
    }
  }

  /** {@code call}: what it encloses is given to a macro, as {@code caller}. */
  static final class Call extends CallTag {
    private static final long serialVersionUID = 1;

    /** No name of a template, so that it cannot be in the way of one. */
    private static final String CALLER = "$caller";

    @Override
    public String interpret(TagNode node, JinjavaInterpreter in) {
      String parameters = "";
      String called = node.getHelpers().strip();
      if (called.startsWith("(")) {
        int close = called.indexOf(')');
        parameters = called.substring(1, close < 0 ? 1 : close);
        called = called.substring(close + 1);
      }
      int end = called.lastIndexOf(')');
      if (end < 0) {
        throw new TemplateException("call wants a macro with its arguments", node.getLineNumber());
      }
      String before = called.substring(0, end).strip();
      String comma = before.endsWith("(") || before.endsWith(",") ? "" : ",";
      String whole = before + comma + "caller=" + CALLER + ")";
      Macro caller = new Macro(node, in, "caller", parameters);
      return Tags.scoped(
          in,
          Map.of(CALLER, caller),
          () -> Values.text(in.resolveELExpression(whole, node.getLineNumber())));
    }
  }
}
