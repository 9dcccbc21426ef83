package io.directord.client.execution.template;

import io.directord.common.component.JobException;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Renders templates, on any thread. The engine, which is large, is loaded with the first text that
 * needs it.
 */
public final class Templates {
  private Templates() {}

  /** Whether the text has to go through the engine. */
  public static boolean isTemplate(String text) {
    int brace = text.indexOf('{');
    while (brace >= 0 && brace + 1 < text.length()) {
      char next = text.charAt(brace + 1);
      if (next == '{' || next == '%' || next == '#') {
        return true;
      }
      brace = text.indexOf('{', brace + 1);
    }
    return false;
  }

  /**
   * @param named given the names that were looked up, also where rendering fails
   * @throws JobException naming the expression and what is wrong with it
   */
  public static String render(String text, Map<String, JsonNode> args, Set<String> named)
      throws JobException {
    return isTemplate(text) ? Rendering.render(text, args, named) : text;
  }
}
