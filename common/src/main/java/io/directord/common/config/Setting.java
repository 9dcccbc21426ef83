package io.directord.common.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * One setting: names, type, default and description.
 *
 * @param name as on the command line, without dashes before it: {@code job-port}
 * @param aliases the original's spellings, likewise
 * @param scope the mode it belongs to
 * @param type of its value
 * @param defaultValue null where there is none
 * @param secret never shown nor logged
 * @param description one sentence
 */
public record Setting<T>(
    String name,
    List<String> aliases,
    Scope scope,
    Type<T> type,
    T defaultValue,
    boolean secret,
    String description) {

  /**
   * What values a setting may have.
   *
   * @param label what stands for the value in help texts; null for a flag
   * @param parser from text; throws IllegalArgumentException saying what is expected
   */
  public record Type<T>(String label, Function<String, T> parser) {}

  /** One without other spellings, that may be shown. */
  static <T> Setting<T> of(
      String name,
      Scope scope,
      String label,
      Function<String, T> parser,
      T defaultValue,
      String description) {
    Type<T> type = new Type<>(label, parser);
    return new Setting<>(name, List.of(), scope, type, defaultValue, false, description);
  }

  /** What stands for the value in help texts; null for a flag. */
  public String label() {
    return type.label();
  }

  /** Where on the command line a setting may stand. */
  public enum Scope {
    /** Before the mode, for all modes. */
    GLOBAL,
    SERVER,
    CLIENT,
    BOOTSTRAP
  }

  /** Identity, since a record's generated equality would be slow at start-up. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** Whether a value is a list or a mapping with nothing in it. */
  public static boolean isEmpty(Object value) {
    return value.equals(List.of()) || value.equals(Map.of());
  }

  public boolean isFlag() {
    return label() == null;
  }

  /** Key in the configuration file. */
  public String key() {
    return name.replace('-', '_');
  }

  /** Environment variables that set it, the documented one first. */
  public List<String> variables() {
    List<String> variables = new ArrayList<>();
    for (String each : allNames()) {
      variables.add("DIRECTORD_" + each.replace('-', '_').toUpperCase(Locale.ROOT));
    }
    return variables;
  }

  /** The name and its other spellings. */
  public List<String> allNames() {
    List<String> names = new ArrayList<>();
    names.add(name);
    names.addAll(aliases);
    return names;
  }

  Setting<T> alias(String... others) {
    return new Setting<>(name, List.of(others), scope, type, defaultValue, secret, description);
  }

  Setting<T> asSecret() {
    return new Setting<>(name, aliases, scope, type, defaultValue, true, description);
  }
}
