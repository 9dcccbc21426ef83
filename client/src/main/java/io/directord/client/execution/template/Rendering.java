package io.directord.client.execution.template;

import com.hubspot.jinjava.interpret.InterpretException;
import io.directord.common.component.JobException;
import io.directord.common.component.ReservedNames;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Renders with the arguments of a node, and says what is wrong with a template that fails. */
final class Rendering {
  private static final Logger LOG = System.getLogger(Rendering.class.getName());
  private static final int MAX_NAMES = 40;
  private static final int MAX_LINE = 200;

  private Rendering() {}

  static String render(String text, Map<String, JsonNode> args, Set<String> named)
      throws JobException {
    Interpreter interpreter = Engine.interpreter(args, named);
    try {
      return interpreter.render(text);
    } catch (InterpretException e) {
      boolean undefined = e instanceof TemplateException known && known.isUndefined();
      int line = e.getLineNumber() > 0 ? e.getLineNumber() : interpreter.getLineNumber();
      String what = e.getMessage().replaceFirst("\\.$", "") + (undefined ? known(args) : "");
      throw new JobException(what + where(text, line), e);
    } catch (StackOverflowError e) {
      throw new JobException("the template cannot be rendered: it is nested too deeply", e);
    } catch (RuntimeException e) {
      // Whatever a template may do to the engine, it is its job that fails.
      LOG.log(Level.ERROR, "a template cannot be rendered", e);
      throw new JobException(
          "the template cannot be rendered, for a reason that the client's log has"
              + where(text, interpreter.getLineNumber()),
          e);
    }
  }

  private static String where(String text, int line) {
    String[] lines = text.split("\n", -1);
    if (line < 1 || line > lines.length) {
      return "";
    }
    String shown = lines[line - 1].strip();
    return ", in line "
        + line
        + " of the template: "
        + (shown.length() <= MAX_LINE ? shown : shown.substring(0, MAX_LINE) + "...");
  }

  private static String known(Map<String, JsonNode> args) {
    List<String> all =
        args.keySet().stream().filter(name -> !ReservedNames.ALL.contains(name)).sorted().toList();
    if (all.isEmpty()) {
      return " (no arguments exist on this node)";
    }
    String names = all.stream().limit(MAX_NAMES).collect(Collectors.joining(", "));
    return " (arguments that exist: " + names + (all.size() > MAX_NAMES ? ", ..." : "") + ")";
  }
}
