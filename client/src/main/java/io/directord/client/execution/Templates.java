package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.component.ReservedNames;
import io.directord.common.json.PlainValues;
import io.directord.jinja.Environment;
import io.directord.jinja.error.TemplateException;
import io.directord.jinja.evaluate.Context;
import io.directord.jinja.limit.TemplateLimits;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Renders templates with the arguments of a node, with messages for people on failure. */
final class Templates {
  private static final Logger LOG = System.getLogger(Templates.class.getName());
  private static final int MAX_NAMES = 40;
  private static final int MAX_LINE = 200;

  /** All templates that are rendered at the same time take at most this share of the heap. */
  private static final int SHARE = 3;

  private static final long MAX_BYTES = 256 << 20;
  private static final Environment ENVIRONMENT =
      new Environment(
          TemplateLimits.DEFAULT.withBytes(
              Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / SHARE)));

  private Templates() {}

  static boolean isTemplate(String text) {
    return Environment.isTemplate(text);
  }

  /**
   * Renders a text; one that is not a template only has its line ends normalized.
   *
   * @param named receives the names that were looked up, also if rendering fails
   * @throws JobException with the expression and the error
   */
  static String render(String text, Map<String, JsonNode> args, Set<String> named)
      throws JobException {
    if (!isTemplate(text)) {
      return Environment.plain(text);
    }
    Context names =
        name -> {
          named.add(name);
          return args.containsKey(name) ? PlainValues.of(args.get(name)) : Context.ABSENT;
        };
    try {
      return ENVIRONMENT.render(text, names);
    } catch (TemplateException e) {
      throw new JobException(message(e, args) + where(text, e.line()), e);
    } catch (RuntimeException e) {
      // An unexpected error in a template fails its job only.
      // The message could have what is in a secret.
      LOG.log(
          Level.ERROR,
          "a template cannot be rendered: {0} at {1}",
          e.getClass().getName(),
          e.getStackTrace().length == 0 ? "an unknown place" : e.getStackTrace()[0]);
      throw new JobException(
          "the template cannot be rendered, for a reason that the client's log has", e);
    }
  }

  private static String message(TemplateException e, Map<String, JsonNode> args) {
    return switch (e.kind()) {
      case INTERRUPTED -> "the job was told to stop while a template was rendered";
      case UNDEFINED -> e.getMessage().replaceFirst("\\.$", "") + known(args);
      default -> e.getMessage().replaceFirst("\\.$", "");
    };
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
