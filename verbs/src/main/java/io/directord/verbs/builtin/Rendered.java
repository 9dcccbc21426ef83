package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import java.util.ArrayList;
import java.util.List;

/** Lists of names, as authors write them. */
final class Rendered {
  private Rendered() {}

  /** The words with their templates rendered; a template may make several words, or none. */
  static List<String> words(List<String> words, NodeContext node) throws JobException {
    List<String> out = new ArrayList<>();
    for (String word : words) {
      for (String one : node.render(Given.key("name", word)).strip().split("\\s+")) {
        if (!one.isEmpty()) {
          out.add(one);
        }
      }
    }
    return out;
  }
}
