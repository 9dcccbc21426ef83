package io.directord.common.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.target.Expression.And;
import io.directord.common.target.Expression.Label;
import io.directord.common.target.Expression.Name;
import io.directord.common.target.Expression.Names;
import io.directord.common.target.Expression.Not;
import io.directord.common.target.Expression.Or;
import io.directord.common.target.Expression.Regex;
import io.directord.common.target.Target.Invalid;
import io.directord.common.target.Target.Matching;
import io.directord.common.target.Target.OneNode;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

  @ParameterizedTest
  @ValueSource(strings = {"web-1", "and", "not", "all", "db_1.example:x@y+z", "_x", "größe"})
  void aTextThatMayBeANameIsThatNode(String name) {
    assertEquals(new OneNode(name), Target.of(name));
  }

  @Test
  void aNameInQuotesIsThatNode() {
    assertEquals(new OneNode("web 1"), Target.of("\"web 1\""));
  }

  @Test
  void noTargetsMeanEveryNode() {
    assertEquals(List.of(new Target.EveryNode()), Target.of(List.of()));
  }

  @Test
  void orBindsLeastAndNotMost() {
    Or or = assertInstanceOf(Or.class, expression("a* or not b and (c or d)"));
    assertInstanceOf(Names.class, or.operands().get(0));
    And and = assertInstanceOf(And.class, or.operands().get(1));
    assertEquals(new Name("b", 11), assertInstanceOf(Not.class, and.operands().get(0)).operand());
    assertEquals(2, assertInstanceOf(Or.class, and.operands().get(1)).operands().size());
  }

  @Test
  void aRegularExpressionEndsAtWhitespaceOrAtAParenthesisThatItDidNotOpen() {
    And and = assertInstanceOf(And.class, expression("(~^db-(a|b)$ and ~x\\))"));
    assertEquals("^db-(a|b)$", ((Regex) and.operands().get(0)).regex().toString());
    assertEquals("x\\)", ((Regex) and.operands().get(1)).regex().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "web-*, web-1, true",
    "web-*, db-1, false",
    "*, anything, true",
    "w?b, web, true",
    "w?b, wb, false",
    "'web-[01:20]', web-01, true",
    "'web-[01:20]', web-20, true",
    "'web-[01:20]', web-1, false",
    "'web-[01:20]', web-21, false",
    "'web-[01:20]', web-001, false",
    "'web-[1:20]', web-1, true",
    "'web-[1:20]', web-01, false",
    "'web-[1:20]', web-200, false",
    "'web-[01-03,07]', web-07, true",
    "'web-[01-03,07]', web-05, false",
    "'*-[1:3].ham*', db-2.hamburg, true",
    "'web-[8:12]', web-10, true",
    "'web-[08:12]', web-8, false",
    "'web-[1:9]', web-1234567890123, false",
  })
  void patternsMatchWholeNames(String pattern, String name, boolean matches) {
    Names names = assertInstanceOf(Names.class, expression(pattern));
    assertEquals(matches, names.pattern().matches(name));
  }

  @ParameterizedTest
  @CsvSource({
    "@role=web, web, true",
    "@role=web, web2, false",
    "@role=web*, web2, true",
    "'@role=\"web*\"', web2, false",
    "'@name=\"a b\"', a b, true",
    "@role!=web, db, true",
    "@role, whatever, true",
    "@v>=12, 12, true",
    "@v>=12, 12.5, true",
    "@v>=12, 9, false",
    "@v<12.10, 12.9, true",
    "@v>6.1, 6.1.0-18-amd64, true",
    "@v<2.0, 2.0rc1, true",
    "@v > 1.0a, 1.0b, true",
    "@memory>8G, 8589934593, true",
    "@memory>8G, 8589934592, false",
    "@memory>8GB, 8589934592, false",
    "@memory>8GiB, 8589934593, true",
    "@memory>800GB, 25275953152, false",
    "@disk>32gb, 500MB, false",
    "@disk=64GB, 64G, true",
    "@version>1.1m, 1.2, true",
    "@memory>=8G, 8589934592, true",
    "@memory=16G, 16384M, true",
    "@memory>1.5G, 2G, true",
    "@cpus<10, 9, true",
    "@cpus>9, 10, true",
    "@x<=5, five, false",
  })
  void valuesAreComparedAsVersionsAndNumbers(String expression, String value, boolean passes) {
    Label label = assertInstanceOf(Label.class, expression(expression));
    assertEquals(passes, label.test().passes(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "(web-*; 1; the ) of this ( is missing",
        "web-*); 6; this ) has no ( before it",
        "web-* web-1; 7; and or or is expected here, not 'web-1'",
        "web-* and; 10; something is missing here",
        "web-* and or x; 11; something is missing before or",
        "(); 2; something is missing before this )",
        "'   '; 4; an expression is expected, such as web-*",
        "web-[1:x]; 8; numbers are expected in [ ], as in web-[01:20]",
        "web-[9:1]; 6; this range ends before it begins: 9:1",
        "web-[1; 5; the ] of this [ is missing",
        "@; 2; a label or fact is expected after @, as @role=web",
        "@role~web; 6; one of = != < <= > >= is expected after @role",
        "@role!web; 6; = is expected after !, as in @site!=ham",
        "@role= and x; 12; and or or is expected here, not 'x'",
        "@role=a=b; 8; a value with = stands in quotes",
        "@role=\"web; 7; the end of this quote is missing",
        "%; 2; 'a group, or failed:JOB, lost:JOB or ok:JOB, is expected after %'",
        "%faild:last; 2; 'before the : one of failed, lost, ok is expected, not ''faild'' (did you mean failed?)'",
        "%failed:; 9; 'a job is expected here: its id, the beginning of it, or last'",
        "@@nodes; 1; 'a list in a file, @@FILE, is for the command line and orchestration files only: name the nodes here'",
        "x* and @@nodes; 8; 'a list, @@FILE, stands alone and not within an expression'",
        "web$1 or x; 1; 'has $'",
        "~a(b; 2; not a regular expression: missing closing )",
        "~x and ~a{3,2}; 10; not a regular expression",
        "~(a{50}){50}; 2; this regular expression is too large",
        "~; 2; 'a regular expression is expected after ~, as ~^db-\\d+$'",
      })
  void anErrorHasItsColumn(String text, int column, String message) {
    Invalid invalid = assertInstanceOf(Invalid.class, Target.of(text));
    assertEquals(column, invalid.column(), invalid.message());
    assertTrue(invalid.message().contains(message), invalid.message());
  }

  @Test
  void nestingIsBounded() {
    for (String opening : List.of("(", "not ", "(not ")) {
      assertInstanceOf(Invalid.class, Target.of(opening.repeat(700) + "x"));
      assertInstanceOf(Invalid.class, Target.of(opening.repeat(100_000) + "x"));
    }
    assertInstanceOf(
        Matching.class, Target.of("(".repeat(50) + "x*" + ")".repeat(50) + " or x".repeat(700)));
  }

  @Test
  void noRegularExpressionTakesLongToMatch() {
    String name = "a".repeat(254) + "b";
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(240),
        () -> {
          for (String hostile :
              List.of("^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(.*)*$", "^((a*)*)*$", "(?:|){15}x$")) {
            Target target = Target.of("~" + hostile);
            if (target instanceof Matching matching) {
              for (int i = 0; i < 100; i++) {
                ((Regex) matching.expression()).regex().isIn(name);
              }
            }
          }
        });
  }

  /** From a seed, so that a failure can be repeated. */
  @Test
  void anyTextIsReadOrHasAnErrorWithinIt() {
    Random random = new Random(11);
    List<String> pieces =
        List.of(
            "web-1",
            "*",
            "?",
            "[",
            "]",
            "01:20",
            "(",
            ")",
            " ",
            "and",
            "or",
            "not",
            "@",
            "%",
            "~",
            "=",
            "!=",
            "<",
            ">=",
            "'",
            "\"",
            "failed:",
            "last",
            "\\",
            "{9}",
            ",",
            "-",
            ":",
            "ü",
            "\u0000",
            "\t",
            "\ud83d\ude00",
            "@role",
            "8G",
            "$",
            "|",
            "+");
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int piece = random.nextInt(12); piece >= 0; piece--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
        text.append(random.nextInt(3) == 0 ? " " : "");
      }
      String written = text.toString();
      if (Target.of(written) instanceof Invalid invalid) {
        assertTrue(
            1 <= invalid.column() && invalid.column() <= written.length() + 1,
            () -> written + " at " + invalid.column());
      }
    }
  }

  private static Expression expression(String text) {
    Target target = Target.of(text);
    return assertInstanceOf(Matching.class, target, target::toString).expression();
  }
}
