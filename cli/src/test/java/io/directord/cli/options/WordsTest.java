package io.directord.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static final Set<String> OPTIONS = Set.of("--target", "--verb", "--wait");

  @Test
  void anOptionTakesEveryWordUpToTheNextOption() {
    assertEquals(
        "--target=a|--target=b,c|--verb|RUN|uname",
        arranged("--target", "a", "b,c", "--verb", "RUN", "uname"));
  }

  @Test
  void aWordThatHoldsASpaceIsNoNodesName() {
    assertEquals(
        "--verb|RUN|--target=a|uname -r", arranged("--verb", "RUN", "--target", "a", "uname -r"));
  }

  @Test
  void aDashedWordWithASpaceBelongsToTheVerb() {
    List<String> words =
        Words.arrange(List.of("--verb", "RUN", "--skip-cache echo hi"), OPTIONS, Set.of());
    assertEquals("--skip-cache echo hi", Words.asTyped(words.get(2)));
    assertEquals(false, words.get(2).startsWith("-"));
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
    return Words.arrange(List.of(words), OPTIONS, Set.of("--target")).stream()
        .map(Words::asTyped)
        .collect(Collectors.joining("|"));
  }
}
