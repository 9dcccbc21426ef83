package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Console;
import io.directord.common.job.Outcome;
import io.directord.common.validation.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of error codes, and the command that prints it. */
class ErrorsModeTest {
  private static final Path PAGE = Path.of("../docs/errors.md");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void thePageHasEveryCodeAndNoOther() throws IOException {
    List<String> codes = Arrays.stream(ErrorCode.values()).map(ErrorCode::text).sorted().toList();
    assertEquals(codes, found("(?m)^### (.*)$").stream().sorted().toList());
  }

  @Test
  void eachSectionSaysTheExitStatusTheMeaningTheCausesAndWhatToDo() throws IOException {
    String page = Files.readString(PAGE);
    for (ErrorCode code : ErrorCode.values()) {
      String form =
          "(?m)^### "
              + code.text()
              + "\n\nExit status "
              + code.exitStatus()
              + "\\. [^\n]+\n\nCauses: [^\n]+\n\nWhat to do: [^\n]+\n\n#";
      assertTrue(Pattern.compile(form).matcher(page).find(), code.text());
    }
  }

  @Test
  void thePageHasEveryReasonOfAJobThatDidNotSucceed() throws IOException {
    List<String> reasons = Arrays.stream(Outcome.Reason.values()).map(Enum::name).toList();
    assertEquals(reasons, found("(?m)^\\| ([A-Z_]+) \\|"));
  }

  @Test
  void theCommandPrintsTheSectionOfACodeAlsoInItsBracketsAndWithWrongSettings() {
    for (String code : List.of("unknown-node", "[unknown-node]")) {
      out.reset();
      assertEquals(0, run(Map.of("DIRECTORD_JOB_PORT", "never"), "errors", code), this::said);
      String printed = out.toString(StandardCharsets.UTF_8);
      assertTrue(printed.startsWith("unknown-node\n\nExit status 2. "), printed);
      assertTrue(printed.contains("\nWhat to do: "), printed);
      assertEquals(1, printed.split("Exit status", -1).length - 1, printed);
    }
  }

  @Test
  void withoutACodeItListsAll() {
    assertEquals(0, run(Map.of(), "errors"), this::said);
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(ErrorCode.values().length, lines.size());
    assertTrue(
        lines.contains(
            "unknown-node         2  There is no node of that name, or the job that was named is"
                + " not for that node"),
        lines::toString);
    assertTrue(lines.stream().noneMatch(line -> line.contains("Exit status")), lines::toString);
  }

  @Test
  void aCodeThatDoesNotExistIsToldWithTheNearest() {
    assertEquals(2, run(Map.of(), "errors", "unknown-nod"));
    assertEquals(
        "directord: errors: unknown code 'unknown-nod' (did you mean unknown-node?)"
            + " [wrong-usage]\n",
        said());
  }

  private static List<String> found(String pattern) throws IOException {
    return Pattern.compile(pattern)
        .matcher(Files.readString(PAGE))
        .results()
        .map((MatchResult result) -> result.group(1))
        .toList();
  }

  private int run(Map<String, String> environment, String... words) {
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            null);
    return new Directord(environment, console).run(words);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
