package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.SettingOptions;
import io.directord.cli.options.Spec;
import io.directord.cli.output.Display;
import io.directord.common.config.InvalidSettingsException;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Prints what {@code docs/errors.md} says of a code. */
final class ErrorsMode implements Mode {
  static final List<String> CODES =
      Arrays.stream(ErrorCode.values()).map(ErrorCode::text).sorted().toList();

  private static final String PAGE = "errors.md";
  private static final int CODE_COLUMNS =
      2 + CODES.stream().mapToInt(String::length).max().orElseThrow();
  private static final String LINK = "\\[([^]]+)\\]\\(([^)]+)\\)";

  private final List<String> words = new ArrayList<>();

  @Override
  public Spec spec() {
    return Spec.of("errors", this)
        .usage(
            "directord errors [CODE]",
            "Says what an error's code means, which stands in brackets behind the error: usual"
                + " causes, and what to do. Without CODE, lists all codes with their exit statuses and meanings.")
        .operands("CODE", "Such as unknown-node.", words::add)
        .examples("  directord errors", "  directord errors unknown-node");
  }

  /** Also with settings that are wrong, since that may be what is looked up. */
  @Override
  public Settings settings(SettingOptions given, Map<String, String> environment) {
    try {
      return SettingsLoader.load(given.given(), environment);
    } catch (InvalidSettingsException e) {
      return e.sound();
    }
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, IOException {
    if (words.isEmpty()) {
      for (String code : CODES) {
        String line = code + " ".repeat(CODE_COLUMNS - code.length()) + meaning(code);
        console.out().println(Display.cut(line, console.columns()));
      }
      return ExitStatus.OK;
    }
    String given = String.join(" ", words);
    String code = given.replaceFirst("^\\[(.*)]$", "$1");
    if (!CODES.contains(code)) {
      throw Failure.usage("errors: unknown code " + Quoted.of(given) + Nearest.hint(code, CODES));
    }
    console.out().println(code);
    for (String line : section(code)) {
      Display.wrapped(line, console.columns()).forEach(console.out()::println);
    }
    return ExitStatus.OK;
  }

  /** The exit status and the first sentence. */
  private static String meaning(String code) throws IOException {
    return section(code)
        .get(1)
        .replaceFirst("^Exit status (\\d)\\. (.*?)(?:\\. .*|\\.)$", "$1  $2");
  }

  private static List<String> section(String code) throws IOException {
    try (InputStream page = ErrorsMode.class.getResourceAsStream(PAGE)) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .dropWhile(line -> !line.equals("### " + code))
          .skip(1)
          .takeWhile(line -> !line.startsWith("#"))
          .map(line -> line.replaceAll(LINK, "$1 (docs/$2)"))
          .toList();
    }
  }
}
