package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.ReadableNode;
import java.util.ArrayList;
import java.util.List;

/** Lists of names, as authors write them. */
final class Rendered {
  private Rendered() {}

  /**
   * The words with their templates rendered. A word without a template stays as it is, also with
   * whitespace in it; a template may make several words, or none.
   */
  static List<String> words(List<String> words, ReadableNode node) throws JobException {
    List<String> out = new ArrayList<>();
    for (String word : words) {
      String rendered = node.render(Given.key("name", word)).strip();
      if (rendered.equals(word.strip())) {
        out.add(rendered);
      } else {
        out.addAll(List.of(rendered.split("\\s+")));
      }
    }
    out.removeIf(String::isEmpty);
    return out;
  }
}
