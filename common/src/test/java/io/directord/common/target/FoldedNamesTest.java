package io.directord.common.target;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FoldedNamesTest {

  @Test
  void numbersInARowBecomeARange() {
    List<String> names =
        IntStream.rangeClosed(1, 98).mapToObj(i -> String.format("web-%02d", i)).toList();
    assertEquals("web-[01:98]", FoldedNames.text(names));
    assertEquals("web-[8:11]", fold("web-10", "web-8", "web-11", "web-9"));
    assertEquals("web-[098:102]", fold("web-098", "web-099", "web-100", "web-101", "web-102"));
  }

  @Test
  void whatIsMissingSplitsTheRange() {
    assertEquals(
        "db-1,web-[1:2],web-[4:5],web-7",
        fold("web-5", "web-1", "web-2", "web-4", "web-7", "db-1"));
  }

  @Test
  void numbersOfAnotherWidthAreOtherNames() {
    assertEquals("n[01:02],n[1:2]", fold("n1", "n01", "n2", "n02"));
  }

  @Test
  void namesDifferInTheirLastNumberFirst() {
    assertEquals("r1-n[1:2],r2-n[1:2]", fold("r1-n1", "r1-n2", "r2-n1", "r2-n2"));
    assertEquals(
        "web-[1:3].site7.example.com",
        fold("web-1.site7.example.com", "web-2.site7.example.com", "web-3.site7.example.com"));
  }

  @Test
  void namesThatAreNotInARangeStandAsTheyAre() {
    assertEquals("", fold());
    assertEquals("web", fold("web"));
    assertEquals("a:1,a:2", fold("a:1", "a:2"));
    assertEquals("s20261129101112", fold("s20261129101112"));
    assertEquals("s20261129101112,s20261129101113", fold("s20261129101112", "s20261129101113"));
  }

  @Test
  void everyNameCanBeReadBack() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      TreeSet<String> names = new TreeSet<>();
      for (int i = 0; i < 60; i++) {
        String format =
            List.of("web-%d", "web-%02d", "r%2$d-n%1$d", "n%d.x", "one").get(random.nextInt(5));
        names.add(String.format(format, random.nextInt(120), random.nextInt(3)));
      }
      List<String> shuffled = new ArrayList<>(names);
      Collections.shuffle(shuffled, random);
      List<String> unfolded =
          FoldedNames.of(shuffled).stream().flatMap(term -> unfold(term).stream()).toList();
      assertEquals(names.size(), unfolded.size());
      assertEquals(names, new TreeSet<>(unfolded));
    }
  }

  private static String fold(String... names) {
    return FoldedNames.text(List.of(names));
  }

  private static List<String> unfold(String term) {
    Matcher range = Pattern.compile("(.*)\\[(\\d+):(\\d+)](.*)").matcher(term);
    if (!range.matches()) {
      return List.of(term);
    }
    String format = "%0" + range.group(2).length() + "d";
    return IntStream.rangeClosed(Integer.parseInt(range.group(2)), Integer.parseInt(range.group(3)))
        .mapToObj(i -> range.group(1) + String.format(format, i) + range.group(4))
        .toList();
  }
}
