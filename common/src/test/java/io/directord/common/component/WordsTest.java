package io.directord.common.component;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void blanksPartWordsAndQuotesKeepThem() throws Exception {
    assertEquals(List.of("a", "b c", "d e", "f g"), words("a 'b c'\n\t\"d e\" f\\ g "));
  }

  @Test
  void quotesInsideAWordBelongToIt() throws Exception {
    assertEquals(
        List.of("ab cd", "", "it's", "$\"\\n"), words("a'b c'd '' it\"'\"s \"\\$\\\"\\n\""));
  }

  @Test
  void aTemplateIsPartOfItsWordWithBlanksAndQuotes() throws Exception {
    assertEquals(
        List.of("/srv/{{ name | default('x y') }}/a", "{% if a %}b", "next"),
        words("/srv/{{ name | default('x y') }}/a {% if a %}b next"));
  }

  @Test
  void bracesThatCloseNothingAreCharacters() throws Exception {
    assertEquals(List.of("{{", "a"), words("{{ a"));
  }

  @Test
  void aQuoteThatIsNotClosedIsAnError() {
    PlanException e = assertThrows(PlanException.class, () -> words("a 'b c"));
    assertTrue(e.getMessage().contains("'b c is not closed"), e.getMessage());
  }

  @Test
  void theRestIsAsWrittenButForLineEnds() throws Exception {
    Words words = new Words("  a   b  'c'  \n d  \n\n");
    assertEquals("a", words.next());
    assertEquals("b  'c'  \n d  ", words.rest());
  }

  private static List<String> words(String text) throws PlanException {
    Words words = new Words(text);
    List<String> all = new ArrayList<>();
    while (words.hasNext()) {
      all.add(words.next());
    }
    return all;
  }
}
