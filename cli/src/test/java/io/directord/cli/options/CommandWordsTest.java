package io.directord.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CommandWordsTest {
  private static final CommandWords.Options OPTIONS =
      new CommandWords.Options(
          Set.of("--target", "--verb", "--wait", "-h", "--help"),
          Set.of("--verb"),
          Set.of("--target"),
          Set.of("--debug"));

  @Test
  void anOptionTakesEveryWordUpToTheNextOption() {
    assertEquals(
        "--target=a|--target=b,c|--verb|RUN|uname",
        arranged("--target", "a", "b,c", "--verb", "RUN", "uname"));
  }

  @Test
  void aWordWithASpaceIsNotTheNameOfANode() {
    assertEquals(
        "--verb|RUN|--target=a|uname -r", arranged("--verb", "RUN", "--target", "a", "uname -r"));
  }

  @Test
  void aWordBetweenTargetsAndTheVerbIsRefusedSinceItMayBeEither() {
    for (List<String> words :
        List.of(
            List.of("--target", "x", "not %canary", "--verb", "RUN", "uptime"),
            List.of("--target=x", "%canary", "--wait", "--verb=RUN", "uptime"),
            List.of("--target", "x", "--wait", "%canary", "--verb", "RUN", "uptime"))) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> CommandWords.arrange(words, OPTIONS));
      assertTrue(e.getMessage().contains("stands between --target and --verb"), e.getMessage());
    }
    assertEquals(
        "--target|a and b|--verb|RUN|not x",
        arranged("--target", "a and b", "--verb", "RUN", "not x"));
    assertEquals("x|--target=a|--verb|RUN", arranged("x", "--target", "a", "--verb", "RUN"));
    assertEquals(
        "--target=a|--|x y|--verb|RUN", arranged("--target", "a", "--", "x y", "--verb", "RUN"));
  }

  @Test
  void aDashedWordWithASpaceBelongsToTheVerb() {
    assertEquals(List.of("--skip-cache echo hi"), verbs("--verb", "RUN", "--skip-cache echo hi"));
  }

  @Test
  void optionsThatAreNotOursBelongToTheVerb() {
    assertEquals(List.of("-r"), verbs("--verb", "RUN", "uname", "-r", "--wait"));
    assertEquals(
        List.of("--skip-cache", "--chmod=0644"),
        verbs("--verb", "COPY", "--skip-cache", "--chmod=0644", "a", "b"));
    assertEquals(List.of("-h"), verbs("--verb", "RUN", "df", "-h"));
    assertEquals(List.of(), verbs("--verb", "RUN", "-h"));
  }

  @Test
  void slipsOfThePenAndOptionsOfTheWholeProgramDoNot() {
    assertEquals(List.of(), verbs("--verb", "RUN", "--wiat", "uname", "--debug"));
  }

  @Test
  void withoutAVerbNothingDoes() {
    var options = new CommandWords.Options(Set.of("--output"), Set.of("--output"), Set.of(), null);
    assertEquals(
        List.of("x", "-r", "--skip"), CommandWords.arrange(List.of("x", "-r", "--skip"), options));
  }

  @Test
  void anOptionsValueMayHoldASpace() {
    assertEquals("--target=a b", arranged("--target=a b"));
  }

  @Test
  void everythingAfterTwoDashesIsLeftAlone() {
    assertEquals(
        "--target=a|--|--target|b|--exec-help",
        arranged("--target", "a", "--", "--target", "b", "--exec-help"));
  }

  @Test
  void anOptionWithoutItsWordsIsLeftBare() {
    assertEquals("--target|--wait", arranged("--target", "--wait"));
    assertEquals("--target", arranged("--target"));
  }

  private static String arranged(String... words) {
    return CommandWords.arrange(List.of(words), OPTIONS).stream()
        .map(CommandWords::asTyped)
        .collect(Collectors.joining("|"));
  }

  /** Those that look like options and are handed on as the verb's. */
  private static List<String> verbs(String... words) {
    return CommandWords.arrange(List.of(words), OPTIONS).stream()
        .filter(word -> !CommandWords.asTyped(word).equals(word))
        .map(CommandWords::asTyped)
        .toList();
  }
}
