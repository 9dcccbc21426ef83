package io.directord.cli.options;

import io.directord.cli.console.Failure;
import io.directord.common.config.InvalidSettingsException;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.validation.ErrorCode;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The settings as options, generated from {@link Settings#ALL}. */
public final class SettingOptions {
  private final Map<Setting<?>, String> given = new LinkedHashMap<>();

  /** Adds the settings of a scope to a command. Aliases are accepted but hidden from help. */
  public void addTo(Spec command, Setting.Scope scope) {
    for (Setting<?> setting : Settings.ALL) {
      if (setting.scope() == scope) {
        for (String name : setting.allNames()) {
          add(setting, name, command);
        }
      }
    }
  }

  /** What stands on the command line, as it is written there. */
  public Map<Setting<?>, String> given() {
    return Collections.unmodifiableMap(given);
  }

  /**
   * The settings from the command line, the environment, the file and the defaults, in this order.
   */
  public Settings load(Map<String, String> environment) throws Failure {
    try {
      return SettingsLoader.load(given, environment);
    } catch (InvalidSettingsException e) {
      throw new Failure(ErrorCode.WRONG_SETTING, e.getMessage());
    }
  }

  private void add(Setting<?> setting, String name, Spec command) {
    boolean alias = !name.equals(setting.name());
    Consumer<Object> setter = value -> given.put(setting, value.toString());
    if (setting.isFlag()) {
      command.flag("--" + name, description(setting), setter::accept, alias);
    } else {
      command.text("--" + name, setting.label(), description(setting), setter::accept, alias);
    }
  }

  private static String description(Setting<?> setting) {
    StringBuilder text = new StringBuilder(setting.description());
    Object value = setting.defaultValue();
    if (!setting.isFlag() && value != null && !Setting.isEmpty(value)) {
      text.append(" Default: ").append(shown(value)).append('.');
    }
    return text.toString();
  }

  private static Object shown(Object value) {
    return value instanceof Duration duration ? duration.toSeconds() : value;
  }
}
