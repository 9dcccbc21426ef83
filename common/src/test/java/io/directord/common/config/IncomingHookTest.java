package io.directord.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncomingHookTest {
  @TempDir Path directory;

  private List<IncomingHook> load(String hooks) throws Exception {
    Path file = directory.resolve("config.yaml");
    Files.writeString(file, hooks);
    return SettingsLoader.load(Map.of(Settings.CONFIG_FILE, file.toString()), Map.of())
        .get(Settings.HOOKS)
        .incoming();
  }

  @Test
  void aHookHasAFileAndWhatCallersMaySay() throws Exception {
    IncomingHook hook =
        load("""
            hooks:
              deploy:
                start: /etc/directord/deploy.yaml
                parameters:
                  version:
                  stage: {values: [test, prod], default: test}
              pager: {command: /bin/x, on: node.lost}
            """)
            .get(0);
    assertEquals(List.of("version", "stage"), hook.names());
    assertEquals(IncomingHook.Signing.NONE, hook.signing());
    assertEquals(1, hook.maxOpen());
    assertEquals("test", hook.parameters().get(1).fallback());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{start: deploy.yaml} | the absolute path of an orchestration",
        "{start: /x, on: [node.lost]} | unknown key on",
        "{start: /x, signature: hub} | standard or github is expected",
        "{start: /x, signature: github} | signature needs secret_file",
        "{start: /x, secret_file: /s} | secret_file needs signature",
        "{start: /x, max_open: 0} | a number from 1",
        "{start: /x, parameters: [a]} | parameters are a mapping",
        "{start: /x, parameters: {A: }} | a parameter's name is made of small letters",
        "{start: /x, parameters: {a: {pattern: '['}}} | pattern: Unclosed character class",
        "{start: /x, parameters: {a: {pattern: x, values: [x]}}} | keep one",
        "{start: /x, parameters: {a: {default: 'a b'}}} | of its own values",
        "{start: /x, parameters: {a: {values: ['a;b']}}} | of its own values",
        "{start: /x, parameters: {a: {from: /x}}} | from goes with signature: github only",
      })
  void whatIsWrongIsSaid(String hook, String error) {
    InvalidSettingsException e =
        assertThrows(
            InvalidSettingsException.class, () -> load("hooks:\n  deploy: " + hook + "\n"));
    assertTrue(e.getMessage().contains(error), e::getMessage);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "a b", "a;b", "$x", "`x`", "a\nb", "{{x}}", "{%x%}", "-x", "--x", "../x", "a/../b",
        "a..b", "a'b", "a\"b", "a\\b", "a*", "~", "a=b", "a&b", "a|b", "a>b", "ä", "a\u0000", "#a",
        "a!b", "(a)", "[a]", "%a", "a\r", "\u2028"
      })
  void noPatternLetsThroughWhatIsNotAWord(String value) {
    HookParameter all = new HookParameter("a", Pattern.compile("(?s).*"), List.of(), null, null);
    assertNotNull(all.error(value));
  }

  @Test
  void aPatternSaysWhichWords() {
    HookParameter word = new HookParameter("a", HookParameter.WORD, List.of(), null, null);
    assertNull(word.error("v1.2.3-rc+1"));
    assertNotNull(word.error("a/b"));
    HookParameter path = new HookParameter("a", Pattern.compile("[a-z/]+"), List.of(), null, null);
    assertNull(path.error("feature/x"));
    assertNotNull(path.error("x".repeat(HookParameter.MAX_LENGTH + 1)));
  }

  @Test
  void aPatternThatTakesForeverMatchesNothing() {
    HookParameter slow = new HookParameter("a", Pattern.compile("(a|a)*b"), List.of(), null, null);
    assertTimeoutPreemptively(
        Duration.ofSeconds(240), () -> assertNotNull(slow.error("a".repeat(100))));
  }
}
