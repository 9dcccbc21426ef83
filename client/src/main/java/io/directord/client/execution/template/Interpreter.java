package io.directord.client.execution.template;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import io.directord.common.validation.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Renders one template. Values print as Python prints them, and what is wrong ends the template at
 * once, where the engine would note it and go on.
 */
final class Interpreter extends JinjavaInterpreter {
  private static final Set<String> LOADING = Set.of("include", "import", "from", "extends");

  private final Jinjava engine;
  private final Limits limits;
  private final Set<String> named;

  Interpreter(Jinjava engine, Context names, Limits limits, Set<String> named) {
    super(engine, names, engine.getGlobalConfig());
    this.engine = engine;
    this.limits = limits;
    this.named = named;
  }

  /** An interpreter of the same template that knows only the names of this scope and around it. */
  Interpreter inside(Context names) {
    return new Interpreter(engine, new Context(names), limits, named);
  }

  /** Calls a value, not too deep within other calls. */
  Object call(Object callee, Arguments arguments) {
    limits.enter();
    Object value = Lookup.call(callee, arguments);
    limits.leave();
    return value;
  }

  /** The value of that name; what stands for an unknown one is an {@link Undefined}. */
  Object value(String name) {
    limits.step();
    named.add(name);
    return Names.get(getContext(), name);
  }

  Limits limits() {
    return limits;
  }

  /** The interpreter that renders on this thread. */
  static Interpreter current() {
    return (Interpreter) getCurrent();
  }

  @Override
  public Object resolveELExpression(String expression, int line) {
    if (expression.isBlank()) {
      throw new TemplateException("Expected an expression, but there is none", line);
    }
    try {
      return super.resolveELExpression(expression, line);
    } catch (TemplateException e) {
      throw e.at(line);
    }
  }

  @Override
  public Node parse(String template) {
    Node root = super.parse("");
    Tree.build(root, Lexer.segments(template), this::tag);
    Check.all(root);
    return root;
  }

  private Tag tag(String name) {
    // The engine knows them in capitals, too.
    Tag tag = name.equals(name.toLowerCase(Locale.ROOT)) ? getContext().getTag(name) : null;
    if (tag == null) {
      throw new TemplateException(unknown(name));
    }
    return tag;
  }

  @Override
  public String getAsString(Object value) {
    try {
      return Values.text(value);
    } catch (TemplateException e) {
      throw e.at(getLineNumber());
    }
  }

  @Override
  public void addError(TemplateError error) {
    Throwable cause = error.getException();
    while (cause != null && !(cause instanceof TemplateException)) {
      cause = cause.getCause();
    }
    if (cause instanceof TemplateException known) {
      throw known.at(error.getLineno());
    }
    throw new TemplateException(error.getMessage(), error.getLineno());
  }

  private String unknown(String tag) {
    if (LOADING.contains(tag)) {
      return "templates on nodes cannot load other templates";
    }
    List<String> known = new ArrayList<>();
    getContext().getAllTags().stream()
        .map(other -> other.getName())
        .filter(name -> getContext().getTag(name) != null)
        .forEach(known::add);
    return "Encountered unknown tag '" + tag + "'" + Nearest.hint(tag, known);
  }
}
