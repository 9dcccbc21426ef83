package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Renders what docs/templates.md shows. */
class TemplatesDocumentTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("(?ms)^```jinja\\n(.*?)^```\\n\\n^```result\\n(.*?)^```$");
  private static final Pattern ARGUMENTS = Pattern.compile("(?ms)^```json\\n(.*?)^```$");
  private static final Pattern MESSAGE = Pattern.compile("(?ms)^```text\\n(.*?)\\n```$");

  private final String document = Files.readString(Path.of("../docs/templates.md"));

  TemplatesDocumentTest() throws IOException {}

  @Test
  void everyExampleGivesWhatIsShown() throws JobException {
    Matcher example = EXAMPLE.matcher(document);
    int seen = 0;
    while (example.find()) {
      assertEquals(example.group(2), Templates.render(example.group(1), args(), new HashSet<>()));
      seen++;
    }
    assertEquals(document.split("```jinja\n", -1).length - 1, seen);
    assertTrue(seen > 0);
  }

  @Test
  void theMessagesShownAreThoseGiven() {
    List<String> shown = MESSAGE.matcher(document).results().map(text -> text.group(1)).toList();
    assertEquals(
        shown,
        List.of(
            failure("name={{ app }}\n\nversion={{ relase }}\n"),
            failure("{{ app }}\n{{ ports | joim(',') }}\n")));
  }

  private String failure(String template) {
    Map<String, JsonNode> args = args();
    args.keySet().retainAll(Set.of("app", "release", "users"));
    return assertThrows(JobException.class, () -> Templates.render(template, args, new HashSet<>()))
        .getMessage();
  }

  private Map<String, JsonNode> args() {
    Map<String, JsonNode> args = new LinkedHashMap<>();
    Json.mapper()
        .readTree(block(ARGUMENTS))
        .properties()
        .forEach(arg -> args.put(arg.getKey(), arg.getValue()));
    return args;
  }

  private String block(Pattern pattern) {
    Matcher block = pattern.matcher(document);
    assertTrue(block.find());
    return block.group(1);
  }
}
