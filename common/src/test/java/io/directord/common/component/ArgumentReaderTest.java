package io.directord.common.component;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.ArgumentReader.Reading;
import io.directord.common.job.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class ArgumentReaderTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** A verb with every kind of argument. */
  public static class Base {
    @Option(names = "--owner")
    public String owner;
  }

  /** Operands: a word, then the rest as written. */
  public static final class Text extends Base {
    @Option(names = "--no-block")
    public boolean noBlock;

    @Option(names = "--retry")
    public int retry = 1;

    @Option(names = {"--exclude", "--without"})
    public List<String> exclude = List.of();

    @Parameters(index = "0", arity = "1", paramLabel = "KEY")
    public String key;

    @Parameters(index = "1..*", arity = "0..1", paramLabel = "VALUE")
    public String value = "";
  }

  /** Operands: a word, then a list of words. */
  public static final class Names {
    @Parameters(index = "0", arity = "1", paramLabel = "FIRST")
    public String first;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME...")
    public List<String> names = List.of();
  }

  /** One word and no more. */
  public static final class Path {
    @Parameters(index = "0", arity = "1", paramLabel = "PATH")
    public String path;
  }

  private record Verb<A>(Class<A> type) implements Component<A> {
    @Override
    public String verb() {
      return "VERB";
    }

    @Override
    public A newArguments() {
      try {
        return type.getDeclaredConstructor().newInstance();
      } catch (ReflectiveOperationException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Outcome run(A arguments, NodeContext node) {
      throw new AssertionError("only read here");
    }
  }

  @Test
  void optionsStandFirstInBothSpellings() throws Exception {
    Reading<Text> read =
        text("--skip-cache --timeout 2.5 --retry=3 --stdout-arg who --owner='a b' k v");
    assertTrue(read.common().skipCache);
    assertEquals(Duration.ofMillis(2500), read.common().timeout);
    assertEquals("who", read.common().stdoutArg);
    assertEquals(3, read.arguments().retry);
    assertEquals("a b", read.arguments().owner);
    assertEquals("k", read.arguments().key);
    assertEquals("v", read.arguments().value);
  }

  @Test
  void defaultsHoldWhereNothingIsSaid() throws Exception {
    Reading<Text> read = text("k");
    assertFalse(read.common().skipCache);
    assertFalse(read.common().runOnce);
    assertEquals(Duration.ofSeconds(600), read.common().timeout);
    assertNull(read.common().stdoutArg);
    assertEquals(1, read.arguments().retry);
    assertEquals("", read.arguments().value);
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
    assertEquals(payload, text("--no-block k " + payload).arguments().value);
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
    Text arguments = text("--exclude a --without 'b c' --retry 1 --retry 2 k").arguments();
    assertEquals(List.of("a", "b c"), arguments.exclude);
    assertEquals(2, arguments.retry);
  }

  @Test
  void varsWinOverTheText() throws Exception {
    Reading<Text> read =
        ArgumentReader.read(
            new Verb<>(Text.class),
            "--retry 2 --timeout 5 k",
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
    Names names = ArgumentReader.read(new Verb<>(Names.class), "a b 'c d'", Map.of()).arguments();
    assertEquals("a", names.first);
    assertEquals(List.of("b", "c d"), names.names);
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
        "--retyr 2 k | VERB: unknown option --retyr (did you mean --retry?)",
        "--retry two k | VERB: --retry: a whole number is expected, not 'two'",
        "--retry=2x k | --retry: a whole number is expected, not '2x'",
        "--timeout abc k | --timeout: seconds above 0 are expected, not 'abc'",
        "--timeout 0 k | --timeout: seconds above 0 are expected, not '0'",
        "--timeout NaN k | --timeout: seconds above 0 are expected, not 'NaN'",
        "--timeout 1e300 k | --timeout: seconds above 0 are expected, not '1e300'",
        "--skip-cache=maybe k | --skip-cache: true or false is expected, not 'maybe'",
        "--stdout-arg | VERB: --stdout-arg needs a value",
        "--no-block | VERB needs KEY: VERB: [options] KEY VALUE",
        "'a | is not closed",
      })
  void aMistakeNamesTheVerbAndWhatIsExpected(String text, String message) {
    PlanException e = assertThrows(PlanException.class, () -> text(text));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void whatIsTooMuchIsAMistake() {
    PlanException e = assertThrows(PlanException.class, () -> path("/a b"));
    assertTrue(e.getMessage().contains("'b' is too much; what has blanks"), e.getMessage());
    e = assertThrows(PlanException.class, () -> path("/a --skip-cache"));
    assertTrue(e.getMessage().contains("options stand first"), e.getMessage());
  }

  @Test
  void allMistakesOfAJobAreReportedTogether() {
    Map<String, JsonNode> vars =
        Map.of("retyr", JSON.stringNode("1"), "run-once", JSON.booleanNode(true));
    PlanException e =
        assertThrows(
            PlanException.class,
            () -> ArgumentReader.read(new Verb<>(Text.class), "--no-blok k", vars));
    assertEquals(3, e.mistakes().size(), e.getMessage());
    assertTrue(e.getMessage().contains("unknown key in vars retyr (did you mean retry?)"));
    assertTrue(e.getMessage().contains("unknown key in vars run-once (did you mean run_once?)"));
    assertTrue(e.getMessage().contains("unknown option --no-blok (did you mean --no-block?)"));
  }

  @Test
  void aListForASingleOptionIsAMistake() {
    Map<String, JsonNode> vars = Map.of("retry", JSON.arrayNode().add(1).add(2));
    PlanException e =
        assertThrows(
            PlanException.class, () -> ArgumentReader.read(new Verb<>(Text.class), "k", vars));
    assertTrue(e.getMessage().contains("retry: one value is expected"), e.getMessage());
  }

  private static Reading<Text> text(String text) throws PlanException {
    return ArgumentReader.read(new Verb<>(Text.class), text, Map.of());
  }

  private static Reading<Path> path(String text) throws PlanException {
    return ArgumentReader.read(new Verb<>(Path.class), text, Map.of());
  }
}
