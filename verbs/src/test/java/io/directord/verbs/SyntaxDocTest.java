package io.directord.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/syntax.md to what verbs declare. After a change of a declaration, {@code mvn test -pl
 * verbs -am -Dtest=SyntaxDocTest -Dsurefire.failIfNoSpecifiedTests=false -Dsyntax.write=true}
 * writes the parts anew that are made of it.
 */
class SyntaxDocTest {
  private static final Path DOCUMENT = Path.of("../docs/syntax.md");
  private static final Pattern HEADING = Pattern.compile("(?m)^### (\\w+)$");

  private final Components components =
      Components.installed(List.of(Path.of("../cli/src/main/dist/share/components")));

  @Test
  void everyVerbHasASectionInTheirOrder() throws Exception {
    List<String> sections =
        HEADING.matcher(Files.readString(DOCUMENT)).results().map(found -> found.group(1)).toList();
    assertEquals(List.copyOf(components.verbs()), sections);
  }

  @Test
  void whatItSaysOfAVerbIsWhatTheVerbDeclares() throws Exception {
    hold("every verb", VerbSection.common());
    for (String verb : components.verbs()) {
      hold(verb, VerbSection.of(components.find(verb)));
    }
  }

  private static void hold(String what, String expected) throws IOException {
    String document = Files.readString(DOCUMENT);
    Pattern block =
        Pattern.compile(
            Pattern.quote(VerbSection.begin(what)) + ".*?" + Pattern.quote(VerbSection.END),
            Pattern.DOTALL);
    Matcher found = block.matcher(document);
    assertTrue(found.find(), () -> DOCUMENT + " has no part about " + what);
    if (Boolean.getBoolean("syntax.write")) {
      Files.writeString(DOCUMENT, found.replaceFirst(Matcher.quoteReplacement(expected)));
    } else {
      assertEquals(expected, found.group());
    }
  }
}
