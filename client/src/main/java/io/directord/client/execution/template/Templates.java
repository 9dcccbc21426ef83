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
    return Marks.areIn(text);
  }

  /** What a text without templates is: its lines end as those of templates do. */
  public static String plain(String text) {
    return Marks.lineFeeds(text);
  }

  /**
   * @param named given the names that were looked up, also where rendering fails
   * @throws JobException naming the expression and what is wrong with it
   */
  public static String render(String text, Map<String, JsonNode> args, Set<String> named)
      throws JobException {
    return isTemplate(text) ? Rendering.render(text, args, named) : plain(text);
  }
}
