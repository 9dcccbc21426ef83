package io.directord.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.ArgumentReader;
import io.directord.common.component.ArgumentReader.Reading;
import io.directord.common.component.Component;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Outcome;
import io.directord.verbs.builtin.QueryWaitComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class ArgumentReaderTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Arguments of every kind. */
  private static final class Arguments {
    private String owner;
    private boolean noBlock;
    private int retry = 1;
    private final List<String> exclude = new ArrayList<>();
    private String key;
    private final List<String> words = new ArrayList<>();
    private String rest = "";
  }

  private record Verb(Syntax<Arguments> syntax) implements Component<Arguments> {
    @Override
    public String verb() {
      return "VERB";
    }

    @Override
    public Arguments newArguments() {
      return new Arguments();
    }

    @Override
    public Outcome run(Arguments arguments, NodeContext node) {
      throw new AssertionError("only read here");
    }
  }

  private static final Verb TEXT =
      new Verb(
          new Syntax<Arguments>("Takes a word, then the rest as written.")
              .option("--owner", "NAME", "", (arguments, text) -> arguments.owner = text)
              .flag("--no-block", "", (arguments, on) -> arguments.noBlock = on)
              .option(
                  "--retry",
                  "N",
                  "",
                  (arguments, text) -> arguments.retry = Values.integer(text, 1))
              .many("--exclude", "NAME", "", (arguments, text) -> arguments.exclude.add(text))
              .word("KEY", "", (arguments, word) -> arguments.key = word)
              .optionalRest("VALUE", "", (arguments, text) -> arguments.rest = text));

  private static final Verb WORDS =
      new Verb(
          new Syntax<Arguments>("Takes a word, then many.")
              .many("--exclude", "NAME", "", (arguments, text) -> arguments.exclude.add(text))
              .maybe("--owner", "NAME", "", (arguments, text) -> arguments.owner = text)
              .word("FIRST", "", (arguments, word) -> arguments.key = word)
              .words("NAME...", "", (arguments, word) -> arguments.words.add(word)));

  private static final Verb WORD =
      new Verb(
          new Syntax<Arguments>("Takes a word.")
              .word("PATH", "", (arguments, word) -> arguments.key = word));

  @Test
  void optionsStandFirstInBothSpellings() throws Exception {
    Reading<Arguments> read =
        text("--skip-cache --timeout 2.5 --retry=3 --stdout-arg who --owner='a b' k v");
    assertTrue(read.common().skipCache);
    assertEquals(Duration.ofMillis(2500), read.common().timeout);
    assertEquals("who", read.common().stdoutArg);
    assertEquals(3, read.arguments().retry);
    assertEquals("a b", read.arguments().owner);
    assertEquals("k", read.arguments().key);
    assertEquals("v", read.arguments().rest);
  }

  @Test
  void defaultsHoldWhereNothingIsSaid() throws Exception {
    Reading<Arguments> read = text("k");
    assertFalse(read.common().skipCache);
    assertFalse(read.common().runOnce);
    assertEquals(Duration.ofSeconds(600), read.common().timeout);
    assertNull(read.common().stdoutArg);
    assertEquals(1, read.arguments().retry);
    assertEquals("", read.arguments().rest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo  'two  blanks'\n\"and lines\" --retry 5",
        "echo --skip-cache",
        "printf '%s\\n' \"$X\" | sed 's/a/b/'",
        "-x single dash"
      })
  void thePayloadIsKeptAsWritten(String payload) throws Exception {
    assertEquals(payload, text("--no-block k " + payload).arguments().rest);
  }

  @Test
  void twoDashesEndTheOptions() throws Exception {
    assertEquals("--retry", text("--no-block -- --retry").arguments().key);
  }

  @Test
  void flagsMayBeSwitchedOff() throws Exception {
    assertFalse(text("--skip-cache=false k").common().skipCache);
  }

  @Test
  void aRepeatedOptionFillsAListAndReplacesAnythingElse() throws Exception {
    Arguments arguments = text("--exclude a --exclude 'b c' --retry 1 --retry 2 k").arguments();
    assertEquals(List.of("a", "b c"), arguments.exclude);
    assertEquals(2, arguments.retry);
  }

  @Test
  void varsWinOverTheText() throws Exception {
    Reading<Arguments> read =
        ArgumentReader.read(
            TEXT,
            "--retry 2 --timeout 5 --exclude c k",
            Map.of(
                "retry", JSON.numberNode(7),
                "skip_cache", JSON.booleanNode(true),
                "timeout", JSON.stringNode("9"),
                "exclude", JSON.arrayNode().add("a").add("b"),
                "stdout_arg", JSON.nullNode()));
    assertEquals(7, read.arguments().retry);
    assertTrue(read.common().skipCache);
    assertEquals(Duration.ofSeconds(9), read.common().timeout);
    assertEquals(List.of("a", "b"), read.arguments().exclude);
    assertNull(read.common().stdoutArg);
  }

  @Test
  void wordsFillAList() throws Exception {
    Arguments names = ArgumentReader.read(WORDS, "a b 'c d'", Map.of()).arguments();
    assertEquals("a", names.key);
    assertEquals(List.of("b", "c d"), names.words);
    assertThrows(PlanException.class, () -> ArgumentReader.read(WORDS, "a", Map.of()));
  }

  @Test
  void aVarThatIsNullLeavesItToTheText() throws Exception {
    Map<String, JsonNode> vars = Map.of("retry", JSON.nullNode());
    assertEquals(2, ArgumentReader.read(TEXT, "--retry 2 k", vars).arguments().retry);
  }

  @Test
  void aListInVarsThatIsGivenAndEmptyIsRefused() {
    for (JsonNode nothing : List.of(JSON.nullNode(), JSON.arrayNode())) {
      PlanException refused =
          assertThrows(
              PlanException.class,
              () ->
                  ArgumentReader.read(new QueryWaitComponent(), "n", Map.of("identity", nothing)));
      assertEquals(
          "QUERY_WAIT: identity is empty: give it a value, or leave the key out",
          refused.errors().get(0).message());
    }
  }

  @Test
  void helpNeedsNoOperands() throws Exception {
    assertTrue(text("--exec-help").common().execHelp);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "--owner --no-block k | VERB: --owner needs a value, and --no-block is an option; write"
            + " --owner=--no-block if it is meant",
        "--owner --retry=3 k | VERB: --owner needs a value, and --retry is an option",
        "--owner -- k | VERB: --owner needs a value, and -- is an option",
        "--retyr 2 k | VERB: unknown option --retyr (did you mean --retry?)",
        "--retry two k | VERB: --retry: a whole number from 1 is expected, not 'two'",
        "--retry 0 k | --retry: a whole number from 1 is expected, not '0'",
        "--retry=2x k | --retry: a whole number from 1 is expected, not '2x'",
        "--timeout abc k | --timeout: seconds above 0, and at most 1000000000, are expected, not 'abc'",
        "--timeout 0 k | --timeout: seconds above 0, and at most 1000000000, are expected, not '0'",
        "--timeout NaN k | --timeout: seconds above 0, and at most 1000000000, are expected, not 'NaN'",
        "--timeout 1e300 k | --timeout: seconds above 0, and at most 1000000000, are expected, not '1e300'",
        "--timeout 99999999999 k | --timeout: seconds above 0, and at most 1000000000, are expected, not"
            + " '99999999999'",
        "--skip-cache=maybe k | --skip-cache: true or false is expected, not 'maybe'",
        "--stdout-arg | VERB: --stdout-arg needs a value",
        "--no-block | VERB needs KEY: VERB: [options] KEY VALUE",
        "'a | is not closed",
      })
  void anErrorNamesTheVerbAndWhatIsExpected(String text, String message) {
    PlanException e = assertThrows(PlanException.class, () -> text(text));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "WORKDIR | '/a b | WORKDIR: the quote '/a b is not closed",
        "RUN | --stdout-arg '' x | RUN: --stdout-arg: a name is expected, not ''",
        "RUN | --stderr-arg= x | RUN: --stderr-arg: a name is expected, not ''",
        "ARG | '' x | ARG: KEY: a name is expected, not ''",
        "QUERY | ' ' | QUERY: NAME: a name is expected, not ' '",
        "FACTER | x | FACTER: 'x' is unexpected; only options are expected",
      })
  void everyErrorNamesTheVerb(String verb, String text, String message) {
    PlanException e =
        assertThrows(
            PlanException.class,
            () -> ArgumentReader.read(Components.builtin().find(verb), text, Map.of()));
    assertEquals(message, e.getMessage());
  }

  @Test
  void whatIsTooMuchIsAnError() {
    PlanException e = assertThrows(PlanException.class, () -> path("/a b"));
    assertTrue(e.getMessage().contains("'b' is unexpected; quote words"), e.getMessage());
    e = assertThrows(PlanException.class, () -> path("/a -- --skip-cache"));
    assertTrue(e.getMessage().contains("'--skip-cache' is unexpected"), e.getMessage());
  }

  @Test
  void optionsMayAlsoStandBehindWords() throws Exception {
    assertTrue(ArgumentReader.read(WORD, "/a --skip-cache", Map.of()).common().skipCache);
    Reading<Arguments> read = words("a b --owner me c --run-once");
    assertEquals("a", read.arguments().key);
    assertEquals(List.of("b", "c"), read.arguments().words);
    assertEquals("me", read.arguments().owner);
    assertTrue(read.common().runOnce);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--exclude x --exclude y a b | [x, y] | a | [b]",
        "--exclude x y a b | [x, y] | a | [b]",
        "--exclude x y --skip-cache a b | [x, y] | a | [b]",
        "--exclude=x a b c | [x] | a | [b, c]",
        "a b --exclude x 'y z' | [x, y z] | a | [b]",
        "a --exclude x b | [x] | a | [b]",
      })
  void anOptionWithManyValuesLeavesTheOperandsTheirs(
      String text, String exclude, String first, String others) throws Exception {
    Arguments read = words(text).arguments();
    assertEquals(exclude, read.exclude.toString());
    assertEquals(first, read.key);
    assertEquals(others, read.words.toString());
  }

  @Test
  void anOptionsValueMayBeLeftToTheOperand() throws Exception {
    assertEquals("", words("--owner --skip-cache a b").arguments().owner);
    assertEquals("a", words("--owner a --skip-cache b c").arguments().owner);
    assertEquals("x", words("--owner=x a b").arguments().owner);
  }

  private static Reading<Arguments> words(String text) throws PlanException {
    return ArgumentReader.read(WORDS, text, Map.of());
  }

  @Test
  void allErrorsOfAJobAreReportedTogether() {
    Map<String, JsonNode> vars =
        Map.of("retyr", JSON.stringNode("1"), "run-once", JSON.booleanNode(true));
    PlanException e =
        assertThrows(PlanException.class, () -> ArgumentReader.read(TEXT, "--no-blok k", vars));
    assertEquals(3, e.errors().size(), e.getMessage());
    assertTrue(e.getMessage().contains("unknown key in vars retyr (did you mean retry?)"));
    assertTrue(e.getMessage().contains("unknown key in vars run-once (did you mean run_once?)"));
    assertTrue(e.getMessage().contains("unknown option --no-blok (did you mean --no-block?)"));
  }

  @Test
  void aListForASingleOptionIsAnError() {
    Map<String, JsonNode> vars = Map.of("retry", JSON.arrayNode().add(1).add(2));
    PlanException e = assertThrows(PlanException.class, () -> ArgumentReader.read(TEXT, "k", vars));
    assertTrue(e.getMessage().contains("retry: one value is expected"), e.getMessage());
  }

  private static Reading<Arguments> text(String text) throws PlanException {
    return ArgumentReader.read(TEXT, text, Map.of());
  }

  private static Reading<Arguments> path(String text) throws PlanException {
    return ArgumentReader.read(WORD, text, Map.of());
  }
}
