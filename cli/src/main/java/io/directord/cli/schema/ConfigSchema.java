package io.directord.cli.schema;

import static io.directord.cli.schema.Schemas.anyOf;
import static io.directord.cli.schema.Schemas.closed;
import static io.directord.cli.schema.Schemas.listOf;
import static io.directord.cli.schema.Schemas.of;
import static io.directord.cli.schema.Schemas.properties;

import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The schema of the configuration file. */
public final class ConfigSchema {
  private ConfigSchema() {}

  public static ObjectNode schema() {
    ObjectNode schema =
        Schemas.root("directord configuration", "Settings of server, client and command line.");
    schema.setAll(closed());
    ObjectNode keys = properties(schema);
    keys.set(
        Settings.VERSION.key(),
        of(Settings.VERSION.description(), of("integer"))
            .put("minimum", 1)
            .put("maximum", Settings.VERSION.defaultValue()));
    for (Setting<?> setting : Settings.ALL) {
      for (String name : setting.allNames()) {
        ObjectNode value = of(description(setting), value(setting));
        if (!name.equals(setting.name())) {
          value.put("deprecationMessage", "the original's name of " + setting.key());
        }
        keys.set(name.replace('-', '_'), value);
      }
    }
    ObjectNode groups = of("object");
    groups.set("additionalProperties", anyOf(of("string"), listOf(of("string"))));
    keys.set(Settings.GROUPS.key(), of(Settings.GROUPS.description(), groups));
    ObjectNode role = of("object");
    ObjectNode roleKeys = role.putObject("properties");
    for (String key : List.of("who", "verbs", "targets", "also", "hooks")) {
      roleKeys.set(key, anyOf(of("string"), listOf(of("string"))));
    }
    role.put("additionalProperties", false);
    ObjectNode roles = of("object");
    roles.set("additionalProperties", role);
    keys.set(Settings.ROLES.key(), of(Settings.ROLES.description(), roles));
    ObjectNode hook = of("object");
    ObjectNode hookKeys = hook.putObject("properties");
    hookKeys.set("url", of("string"));
    hookKeys.set("command", anyOf(of("string"), listOf(of("string"))));
    hookKeys.set("secret_file", of("string"));
    hookKeys.set("on", anyOf(of("string"), listOf(of("string"))));
    hookKeys.set("start", of("string"));
    hookKeys.set("signature", of("string"));
    hookKeys.set("max_open", of("integer"));
    hookKeys.set("per_minute", of("integer"));
    hookKeys.set("parameters", of("object").set("additionalProperties", parameter()));
    hook.put("additionalProperties", false);
    ObjectNode hooks = of("object");
    hooks.set("additionalProperties", hook);
    keys.set(Settings.HOOKS.key(), of(Settings.HOOKS.description(), hooks));
    return schema;
  }

  /** Of a hook that can be started. */
  private static ObjectNode parameter() {
    ObjectNode parameter = of("object", "null");
    ObjectNode keys = parameter.putObject("properties");
    keys.set("pattern", of("string"));
    keys.set("values", anyOf(of("string"), listOf(of("string", "number", "boolean"))));
    keys.set("default", of("string", "number", "boolean"));
    keys.set("from", of("string"));
    return parameter.put("additionalProperties", false);
  }

  private static String description(Setting<?> setting) {
    Object value = setting.defaultValue();
    if (value == null || setting.isFlag() || Setting.isEmpty(value)) {
      return setting.description();
    }
    Object shown = value instanceof Duration duration ? duration.toSeconds() : value;
    return setting.description() + " Default: " + shown + ".";
  }

  /** A key without a value is as none. */
  private static ObjectNode value(Setting<?> setting) {
    if (setting == Settings.LABELS) {
      ObjectNode labels = of("object", "string", "null");
      labels.set("additionalProperties", of("string", "number", "boolean"));
      return labels;
    }
    if (setting.isFlag()) {
      return of("boolean", "null");
    }
    return switch (setting.label()) {
      case "N" -> of("integer", "null");
      case "SECONDS" -> of("number", "null").put("exclusiveMinimum", 0);
      case "VERBS" -> anyOf(of("string", "null"), listOf(of("string")));
      default -> of("string", "number", "null");
    };
  }
}
