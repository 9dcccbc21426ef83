package io.directord.common.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The kinds of settings of which there are several: texts, paths, numbers. */
final class SettingKinds {
  private static final int MAX_PORT = 65535;

  private SettingKinds() {}

  /**
   * @param value the default; null for none
   */
  static Setting<String> text(
      String name, Setting.Scope scope, String label, String value, String description) {
    return Setting.of(name, scope, label, SettingTexts::notBlank, value, description);
  }

  static Setting<List<String>> verbs(String name, Setting.Scope scope, String description) {
    return Setting.of(name, scope, "VERBS", SettingTexts::verbNames, List.of(), description);
  }

  /**
   * @param value the default; null for none
   */
  static Setting<Path> path(String name, Setting.Scope scope, Path value, String description) {
    return Setting.of(name, scope, "PATH", SettingTexts::path, value, description);
  }

  static Setting<Boolean> flag(String name, Setting.Scope scope, String description) {
    return Setting.of(name, scope, null, SettingTexts::bool, false, description);
  }

  /**
   * @param value the default; null for none
   */
  static Setting<Integer> port(
      String name, Setting.Scope scope, Integer value, String description) {
    return number(name, scope, value, 1, MAX_PORT, description);
  }

  static Setting<Integer> number(
      String name, Setting.Scope scope, Integer value, int min, int max, String description) {
    Function<String, Integer> parser = text -> SettingTexts.number(text, min, max);
    return Setting.of(name, scope, "N", parser, value, description);
  }

  static Setting<Duration> seconds(
      String name, Setting.Scope scope, long value, String description) {
    Duration seconds = Duration.ofSeconds(value);
    return Setting.of(name, scope, "SECONDS", SettingTexts::seconds, seconds, description);
  }

  /**
   * One that is written in the configuration file only, as a mapping.
   *
   * @param expected what it looks like, for who writes it otherwise
   */
  static <T> Setting<T> mapping(
      String name, Setting.Scope scope, T none, String expected, String description) {
    Function<String, T> parser =
        text -> {
          throw new IllegalArgumentException(expected);
        };
    return Setting.of(name, scope, name.toUpperCase(Locale.ROOT), parser, none, description);
  }
}
