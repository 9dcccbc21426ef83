package io.directord.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Plain words are read as picocli reads them, and all others are left to it. */
class PlainWordsTest {
  private static final List<String> WORDS =
      List.of(
          "--flag",
          "--hidden",
          "--text",
          "--needed",
          "--number",
          "--count",
          "--level",
          "--list",
          "--targets",
          "--free",
          "--text=a=b",
          "--needed=x",
          "--flag=true",
          "--level=low",
          "--list=a,b",
          "--list=a,",
          "--free=",
          "--count=-1",
          "--",
          "-",
          "-h",
          "-x",
          "--unknown",
          "--unknown=1",
          "a",
          "a b",
          "a=b",
          "a,b",
          "web[1,2],db",
          "7",
          "-7",
          "1.5",
          "low",
          "high",
          "",
          " ",
          "\u0001--verbs",
          "\"quoted\"",
          "'q'",
          "${sys:user.home}",
          "@file",
          "run");

  enum Level {
    LOW,
    HIGH;

    @Override
    public String toString() {
      return this == LOW ? "low" : "high";
    }
  }

  private static Spec spec(List<String> set) {
    return Spec.of("run", new Object())
        .usage("run", "Runs.")
        .flag("--flag", "A flag.", given -> set.add("flag " + given))
        .hidden("--hidden", "A flag.", given -> set.add("hidden " + given))
        .option("--text", "TEXT", "A text.", given -> set.add("text " + given))
        .required("--needed", "TEXT", "A text.", given -> set.add("needed " + given))
        .number("--number", "N", "A number.", given -> set.add("number " + given))
        .count("--count", "N", "A count.", given -> set.add("count " + given))
        .choice("--level", "LEVEL", Level.class, "A level.", given -> set.add("level " + given))
        .list("--list", "ITEM", "Items.", given -> set.add("list " + given))
        .targets("--targets", "EXPR", "Targets.", given -> set.add("targets " + given))
        .text("--free", "TEXT", "A text.", given -> set.add("free " + given), true)
        .words("WORDS", "Words.", given -> set.add("word " + given));
  }

  /** What picocli sets; null if it refuses the words or is asked for help. */
  private static List<String> byPicocli(List<String> words) {
    List<String> set = new ArrayList<>();
    CommandLine line = PicocliSpec.line(spec(set));
    line.setOverwrittenOptionsAllowed(true);
    line.setExpandAtFiles(false);
    try {
      return line.parseArgs(words.toArray(String[]::new)).isUsageHelpRequested() ? null : set;
    } catch (CommandLine.ParameterException e) {
      return null;
    }
  }

  private static List<String> plainly(List<String> words) {
    List<String> set = new ArrayList<>();
    PlainWords plain = new PlainWords();
    if (!plain.add(spec(set), words)) {
      assertEquals(List.of(), set);
      return null;
    }
    plain.set();
    return set;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void plainWordsMeanWhatTheyMeanToPicocli(long seed) {
    Random random = new Random(seed);
    int plain = 0;
    for (int i = 0; i < 2000; i++) {
      List<String> words = new ArrayList<>();
      if (random.nextBoolean()) {
        words.addAll(List.of("--needed", "y"));
      }
      int more = random.nextInt(5);
      for (int n = 0; n < more; n++) {
        words.add(WORDS.get(random.nextInt(WORDS.size())));
      }
      List<String> read = plainly(words);
      if (read != null) {
        assertEquals(byPicocli(words), read, words::toString);
        plain++;
      }
    }
    assertTrue(plain > 200, "only " + plain + " of 2000 were plain");
  }

  @Test
  void theUsualWordsArePlain() {
    assertEquals(
        List.of("flag true", "needed x", "count 7", "list a", "list b", "word w", "word --flag"),
        plainly(
            List.of("--flag", "--needed=x", "--count", "7", "--list", "a,b", "w", "--", "--flag")));
  }

  @Test
  void whatIsWrongIsLeftToPicocliBeforeAnythingIsSet() {
    PlainWords plain = new PlainWords();

    assertFalse(plain.add(spec(new ArrayList<>()), List.of("--needed", "x", "--count", "many")));
    assertFalse(new PlainWords().add(spec(new ArrayList<>()), List.of("--flag")));
  }
}
