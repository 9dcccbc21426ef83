package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Console;
import io.directord.cli.console.Terminal;
import io.directord.cli.options.SettingOptions;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.verbs.Components;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is said of command lines, before any server is asked. */
class DirectordTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"", "--"})
  void aLongWordIsRepeatedByItsBeginning(String dashes) {
    Console console = new Console(new PrintStream(out), new PrintStream(err), null);

    int status =
        new Directord(Map.of("HOME", directory.toString()), console).run(dashes + "9".repeat(900));

    assertEquals(2, status);
    String said = err.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains(dashes + "999") && said.length() < 200, said);
  }

  @ParameterizedTest
  @CsvSource({"server, client --help, ''", "manage, client --help, ''", "server, '', 'a mode'"})
  void aValueMayBeTheNameOfAMode(String value, String rest, String error) {
    Console console = new Console(new PrintStream(out), new PrintStream(err), null);
    List<String> words =
        Stream.concat(
                Stream.of("--state-path", value),
                Stream.of(rest.split(" ")).filter(word -> !word.isEmpty()))
            .toList();

    int status =
        new Directord(Map.of("HOME", directory.toString()), console)
            .run(words.toArray(String[]::new));

    String said = err.toString(StandardCharsets.UTF_8);
    assertEquals(error.isEmpty() ? 0 : 2, status, said);
    assertTrue(said.contains(error), said);
    assertEquals(error.isEmpty(), out.toString(StandardCharsets.UTF_8).contains("client"), said);
  }

  @Test
  void helpIsWrappedAtWordsAlone() {
    Console console = new Console(new PrintStream(out), new PrintStream(err), null);

    int status = new Directord(Map.of("HOME", directory.toString()), console).run("--help");

    assertEquals(0, status);
    String help = out.toString(StandardCharsets.UTF_8);
    assertTrue(
        help.contains(
            "\nGlobal options. Each setting, here and among the options of server and client,"
                + "\nmay also be set in the configuration file (--job-port as job_port) and in the"
                + "\nenvironment (DIRECTORD_JOB_PORT):\n"),
        help);
  }

  @Test
  void aCommandWithoutMemoryEndsWithALineThatSaysWhatToDo() {
    PrintStream full =
        new PrintStream(out) {
          @Override
          public void print(String text) {
            throw new OutOfMemoryError("Java heap space");
          }
        };
    Console console = new Console(full, new PrintStream(err), null);

    int status =
        new Directord(Map.of("HOME", directory.toString()), console).run("completion", "bash");

    assertEquals(1, status);
    assertEquals(
        "directord: out of memory: give this command more with DIRECTORD_JAVA_OPTS=-Xmx1g, say"
            + " [out-of-memory]\n",
        err.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exce | directord: unknown mode exce (did you mean exec?)",
        "--job-prt 5 manage --list-nodes | directord: unknown option --job-prt (did you mean"
            + " --job-port?)",
        "manage --list-nods | directord manage: unknown option --list-nods (did you mean"
            + " --list-nodes?)",
        "exec --verb RUN --pol uname | directord exec: unknown option --pol (did you mean --poll?)",
        "exec --verb | directord exec: --verb needs VERB",
        "exec --target --verb RUN x | directord exec: --target needs EXPR",
        "exec uname | directord exec: --verb is missing",
        "exec --vreb RUN uname | directord exec: unknown option --vreb (did you mean --verb?)",
        "exec --wait --wait-timeout five --verb RUN x | directord exec: --wait-timeout: a number"
            + " is expected, not 'five'",
        "exec --wait-timeout 5 --verb RUN x | directord: --wait-timeout goes with --poll, --wait,"
            + " --stream or --dry-run only",
        "exec --fold --verb RUN x | directord: --fold goes with --poll, --wait or --dry-run only",
        "manage --list-jobs --filter x | directord manage: --filter: one of success, failed,"
            + " processing is expected, not 'x'",
        "manage --list-jobs --filter succes | directord manage: --filter: one of success, failed,"
            + " processing is expected, not 'succes' (did you mean success?)",
        "exec --output jsno --verb RUN x | directord exec: --output: one of table, json, yaml,"
            + " jsonl is expected, not 'jsno' (did you mean json?)",
        "manage | directord: manage: say what to do, for example --list-nodes; 'directord manage"
            + " --help' has them all",
        "manage --cancel= | directord manage: --cancel: ID is empty; is a variable not set?",
        "manage --cancel a --cancel b | directord: manage: --cancel is given twice; give the"
            + " commands one by one",
        "exec --verb RUN --verb ECHO x | directord: exec: one --verb is expected, not RUN and ECHO",
        "exec --verb= x | directord exec: --verb: VERB is empty; is a variable not set?",
        "manage --job-info last --node a --tail 3 --head 3 | directord: manage: only one of --tail,"
            + " --head and --lines can be given",
        "orchestrate --limit a --limit b x.yaml --restrict c | directord: orchestrate: FILE is"
            + " missing (--limit took a, b, x.yaml and --restrict took c, every word up to the next"
            + " option: write FILE before it)",
        "exec --target a --wait b --verb RUN x | directord exec: 'b' stands between --target and"
            + " --verb: is it one of its targets? Then write --target before it once more; if it is"
            + " the verb's, write it behind --verb",
        "manage --list-nodes --list-jobs | directord: manage: only one thing at a time, not"
            + " --list-nodes and --list-jobs",
        "manage --list-nodes --filter failed | directord: manage: --filter goes with --list-jobs"
            + " only",
        "orchestrate x.yaml --check-only --wait | directord: --check-only asks no node: --poll,"
            + " --wait, --stream and --dry-run do not go with it",
        "rerun --wait | directord: rerun: say which jobs: --failed, --lost or --not-started, or"
            + " several of them",
        "exec --poll --wait --verb RUN x | directord: only one of --poll, --wait and --stream can"
            + " be given",
        "server --server-address x | directord server: unknown option --server-address",
        "exec --debug --verb RUN x | directord exec: --debug is a global option: write it before"
            + " the mode, as in 'directord --debug ... exec'",
      })
  void whatIsWrongIsSaidInALineWithStatusTwo(String words, String said) {
    assertEquals(2, run(words.strip().split(" ")));
    assertEquals(
        said.strip() + " [wrong-usage]",
        err.toString(StandardCharsets.UTF_8).lines().findFirst().orElse(""));
    assertEquals("", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aWrongSettingIsSaidInALineWithStatusTwo() {
    assertEquals(2, run("--job-port", "0", "manage", "--list-nodes"));
    assertEquals(
        "directord: --job-port: a number from 1 to 65535 is expected, not '0' [wrong-setting]\n",
        err.toString(StandardCharsets.UTF_8));
  }

  private static Stream<String> modes() {
    return Directord.tree(new SettingOptions(), new Console(System.out, System.err, null))
        .modes()
        .names()
        .stream();
  }

  @ParameterizedTest
  @MethodSource("modes")
  void everyModeHasHelpWithAnExample(String mode) {
    assertEquals(0, run(mode, "--help"));
    String help = out.toString(StandardCharsets.UTF_8);
    assertTrue(help.contains("Examples:\n  ") && help.contains("\n  directord "), help);
    assertTrue(help.lines().allMatch(line -> line.length() <= 80), help);
    assertFalse(help.contains("null"), help);
    assertTrue(
        help.substring(help.indexOf("Examples:\n"))
            .split("\n\n")[0]
            .lines()
            .skip(1)
            .allMatch(line -> line.startsWith("  ") || line.endsWith(":")),
        "pasted, the rest of an example would be a command of its own: " + help);
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  /** Else a variable that is not set would have a job run on every node. */
  @Test
  void aSelectorThatIsGivenAndEmptyIsRefused() {
    for (String[] words :
        new String[][] {
          {"exec", "--target", ",", "--verb", "RUN", "x"},
          {"exec", "--target", "", "--verb", "RUN", "x"},
          {"exec", "--target=", "--verb", "RUN", "x"},
          {"exec", "--target", " ", "--verb", "RUN", "x"},
          {"exec", "--target", "a,", "--verb", "RUN", "x"},
          {"exec", "--target", "a", ",b", "--verb", "RUN", "x"},
          {"exec", "--verb", "RUN", "--target=a, ,b", "--", "x"},
          {"orchestrate", "x.yaml", "--target", ","},
          {"orchestrate", "x.yaml", "--restrict", ","},
          {"orchestrate", "x.yaml", "--restrict", ""},
        }) {
      err.reset();
      String shown = String.join("|", words);
      assertEquals(2, run(words), shown);
      String said = err.toString(StandardCharsets.UTF_8);
      assertTrue(said.contains(" is empty in '"), () -> shown + "\n" + said);
      assertTrue(said.contains("is a variable not set?"), () -> shown + "\n" + said);
    }
  }

  @Test
  void anOptionThatTookTheVerbsWordsIsNamed() {
    assertEquals(2, run("exec", "--verb", "RUN", "--target", "web-9", "hostname"));
    String said = err.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("RUN needs COMMAND"), said);
    assertTrue(
        said.contains(
            "--target took web-9, hostname, every word up to the next option: write ARGUMENTS"),
        said);
    err.reset();
    assertEquals(2, run("exec", "--verb", "RUN", "--target", "uname -r"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("--target took uname -r, "));
  }

  @Test
  void everySettingIsAnOptionInBothSpellings() {
    for (Setting<?> setting : Settings.ALL) {
      String mode = setting.scope() == Setting.Scope.CLIENT ? "client" : "server";
      for (String name : setting.allNames()) {
        if (setting.scope() != Setting.Scope.BOOTSTRAP) {
          boolean global = setting.scope() == Setting.Scope.GLOBAL;
          String option = setting.isFlag() ? "--" + name : "--" + name + "=x";
          err.reset();
          assertEquals(0, global ? run(option, mode, "--help") : run(mode, option, "--help"), name);
        }
      }
    }
  }

  @Test
  void everyVerbHasHelpOfItsOwn() {
    for (String verb : Components.builtin().verbs()) {
      out.reset();
      assertEquals(0, run("exec", "--verb", verb, "--exec-help true"), verb);
      assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("Usage: " + verb), verb);
    }
  }

  @Test
  void helpIsHadAsOfOtherPrograms() {
    for (String[] words :
        new String[][] {{"help"}, {"help", "exec"}, {"help", "COPY"}, {"help", "copy"}}) {
      out.reset();
      assertEquals(0, run(words), String.join(" ", words));
      assertTrue(out.size() > 0);
    }
    assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("Usage: COPY"));
    out.reset();
    assertEquals(0, run("exec", "--verb", "COPY", "--help"));
    assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("Usage: COPY"));
    out.reset();
    assertEquals(0, run("exec", "-h"));
    assertTrue(out.toString(StandardCharsets.UTF_8).contains("\n  ADD APT ARG "));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
    out.reset();
    assertEquals(0, run("--socket-path", "/s", "help", "manage"));
    assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("Usage: directord manage"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exec --verb CPOY --help | help: unknown verb CPOY (did you mean COPY?)",
        "help CPOY | help: unknown verb CPOY (did you mean COPY?)",
        "--debug help CPOY | help: unknown verb CPOY (did you mean COPY?)",
        "help exce | help: unknown mode exce (did you mean exec?)",
        "help cpoy | help: unknown mode cpoy (did you mean COPY?)",
        "help --nonsense | unknown option --nonsense",
        "help exec manage | help: one mode or verb is expected",
      })
  void helpOfWhatDoesNotExistIsRefused(String words, String said) {
    assertEquals(2, run(words.split(" ")));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains(said), err::toString);
    assertEquals("", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void anEmptyWordIsSaidToBeOne() {
    for (String[] words :
        new String[][] {
          {""},
          {"help", ""},
          {"exec", "--verb", "", "x"},
          {"exec", "--verb", " ", "x"},
          {"orchestrate", ""},
          {"orchestrate", "x.yaml", ""},
          {"manage", "--export-jobs", ""},
          {"manage", "--forget-node", " "},
          {"manage", "--list-jobs", ""},
        }) {
      err.reset();
      String shown = String.join("|", words);
      assertEquals(2, run(words), shown);
      String said = err.toString(StandardCharsets.UTF_8);
      assertTrue(said.contains(" is empty; is a variable not set?"), () -> shown + "\n" + said);
    }
  }

  @Test
  void anOptionThatHasNothingToDoIsSaidToHaveNone() {
    for (String[] words :
        new String[][] {
          {"exec", "--check", "--verb", "RUN", "x"},
          {"exec", "--check", "--poll", "--output", "json", "--verb", "RUN", "x"},
        }) {
      err.reset();
      assertEquals(3, run(words), () -> String.join(" ", words));
      assertTrue(err.toString(StandardCharsets.UTF_8).contains("--check does nothing with"));
    }
  }

  @Test
  void strictnessWithoutWaitingIsSaidToHaveLittleToDo() {
    assertEquals(3, run("exec", "--strict", "--verb", "RUN", "x"));
    String said = err.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("--strict does nothing for what becomes of the jobs"), said);
  }

  @Test
  void nothingToRunIsAnErrorAlsoWhereNothingWouldRun() throws Exception {
    Path file = Files.writeString(directory.resolve("a.yaml"), "- jobs: []\n");
    for (String option : new String[] {"--poll", "--check-only", "--finger-print"}) {
      err.reset();
      assertEquals(2, run("orchestrate", file.toString(), option), option);
      String said = err.toString(StandardCharsets.UTF_8);
      assertTrue(said.contains("nothing to run: there are no jobs"), said);
    }
  }

  @Test
  void completionScriptsArePrinted() {
    for (String shell : List.of("bash", "zsh", "fish")) {
      out.reset();
      assertEquals(0, run("completion", shell));
      assertTrue(out.toString(StandardCharsets.UTF_8).contains("completion --candidates -- "));
    }
    assertEquals(2, run("completion", "bas"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("did you mean bash?"));
    out.reset();
    assertEquals(0, run("completion", "--candidates", "--", "exec", "--verb", "COP"));
    assertEquals("COPY\n", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aVerbSaysItselfWhetherItNeedsArguments() {
    assertEquals(2, run("exec", "--verb", "RUN"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("RUN needs COMMAND"));
    assertEquals(
        3, run("--socket-path", directory.resolve("s").toString(), "exec", "--verb", "FACTER"));
  }

  @Test
  void globalHelpNamesEveryModeAndGlobalOption() {
    assertEquals(0, run("--help"));
    String help = out.toString(StandardCharsets.UTF_8);
    for (String mode : modes().toList()) {
      assertTrue(help.contains("\n  " + mode + " "), help);
    }
    assertTrue(help.contains("(DIRECTORD_JOB_PORT)"), help);
  }

  @ParameterizedTest
  @ValueSource(strings = "")
  @MethodSource("modes")
  void helpIsWrittenForATerminalOf80Columns(String mode) {
    Console console =
        new Console(new PrintStream(out, true), new PrintStream(err, true), new Terminal(80));
    CommandLine root = Directord.tree(new SettingOptions(), console).commandLine(List.of());
    CommandLine line = mode.isEmpty() ? root : root.getSubcommands().get(mode);
    List<String> help = line.getUsageMessage(CommandLine.Help.Ansi.OFF).lines().toList();
    for (String written : line.getCommandSpec().usageMessage().footer()) {
      assertTrue(
          help.contains(written.replace("%%", "%")), () -> written + "\nis broken in\n" + help);
    }
    assertTrue(help.stream().allMatch(text -> text.length() <= 80), help::toString);
    assertTrue(help.stream().noneMatch(text -> text.strip().startsWith("[DIRECTORD_")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"server", "client"})
  void aUnitIsNotWrittenForAGroupThatTheMachineDoesNotHave(String mode) {
    assertEquals(1, run(mode, "--install-unit", "--group", "no-such-group"));
    String said = err.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("this machine has no group 'no-such-group'"), said);
  }

  @Test
  void noServerIsStatusThree() {
    assertEquals(
        3, run("--socket-path", directory.resolve("s").toString(), "manage", "--list-jobs"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains(directory.resolve("s").toString()));
  }

  @Test
  void theImagesEntrypointKnowsEveryMode() throws IOException {
    String entrypoint = Files.readString(Path.of("../container/entrypoint"));
    String known = entrypoint.substring(entrypoint.indexOf("is_mode() {"));
    known = known.substring(0, known.indexOf("}"));
    Console console = new Console(new PrintStream(out), new PrintStream(err), null);
    for (String mode : Directord.tree(new SettingOptions(), console).modes().names()) {
      assertTrue(known.matches("(?s).*\\b" + mode + "( \\||\\)).*"), mode);
    }
  }

  private int run(String... words) {
    Console console = new Console(new PrintStream(out, true), new PrintStream(err, true), null);
    return new Directord(Map.of("HOME", directory.toString()), console).run(words);
  }
}
