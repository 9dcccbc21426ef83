package io.directord.cli.command;

import io.directord.cli.output.Column;
import io.directord.cli.output.Table;
import io.directord.common.config.HookSettings;
import io.directord.common.config.HostPort;
import io.directord.common.config.IncomingHook;
import io.directord.common.config.RoleSettings;
import io.directord.common.config.Setting;
import io.directord.common.job.UrlPasswords;
import io.directord.common.json.Json;
import io.directord.common.target.Target;
import io.directord.common.target.TargetGroups;
import io.directord.common.target.TargetList;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A setting as {@code config show} prints it.
 *
 * @param name in the configuration file
 * @param value in force; null if there is none
 * @param from option, environment variable, place in the file, or {@code default}
 * @param of what reads it: all, or server, client or bootstrap alone
 */
record SettingView(String name, JsonNode value, String from, String of) {
  /** In place of a secret. */
  static final String HIDDEN = "***";

  /**
   * @param value null if there is none; a secret as {@link #HIDDEN}
   */
  static SettingView of(Setting<?> setting, Object value, String from) {
    return new SettingView(
        setting.key(),
        json(value),
        from,
        setting.scope() == Setting.Scope.GLOBAL
            ? "all"
            : setting.scope().name().toLowerCase(Locale.ROOT));
  }

  private static JsonNode json(Object value) {
    if (value instanceof TargetGroups groups) {
      Map<String, List<String>> texts =
          groups.byName().entrySet().stream()
              .collect(
                  Collectors.toMap(
                      Map.Entry::getKey,
                      group -> group.getValue().stream().map(SettingView::written).toList()));
      return Json.tree(texts);
    }
    if (value instanceof RoleSettings roles) {
      Map<String, Object> texts = new LinkedHashMap<>();
      for (RoleSettings.Role role : roles.roles()) {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("who", role.who().stream().map(RoleSettings.Word::text).toList());
        keys.put("verbs", role.verbs().stream().map(RoleSettings.Word::text).toList());
        keys.put("targets", role.targets().stream().map(TargetList.Line::text).toList());
        keys.put("also", role.also().stream().map(RoleSettings.Also::word).toList());
        keys.put("hooks", role.hooks().stream().map(RoleSettings.Word::text).toList());
        texts.put(role.name().text(), keys);
      }
      return Json.tree(texts);
    }
    if (value instanceof HookSettings hooks) {
      Map<String, Object> texts = new LinkedHashMap<>();
      for (HookSettings.Hook hook : hooks.hooks()) {
        texts.put(
            hook.name(), Map.of("to", hook.place(), "on", hook.on().stream().sorted().toList()));
      }
      for (IncomingHook hook : hooks.incoming()) {
        texts.put(hook.name(), Map.of("start", hook.file().toString(), "parameters", hook.names()));
      }
      return Json.tree(texts);
    }
    if (value instanceof Path || value instanceof String || value instanceof HostPort) {
      return Json.tree(UrlPasswords.hidden(value.toString()));
    }
    return Json.tree(value);
  }

  private static String written(Target target) {
    if (target instanceof Target.OneNode node) {
      return node.identity();
    }
    if (target instanceof Target.Matching matching) {
      return matching.written();
    }
    throw new IllegalArgumentException("a group has " + target);
  }

  static String table(List<SettingView> all, int width) {
    Table table =
        new Table(
            width,
            Column.keep("SETTING"),
            Column.wrap("VALUE"),
            Column.wrap("FROM"),
            Column.drop("OF"));
    for (SettingView one : all) {
      table.row(one.name, one.text(), one.from, one.of);
    }
    return table.lines().stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  /** As it may stand in the configuration file. */
  private String text() {
    if (value.isNull()) {
      return "";
    }
    return value.isContainer() ? Json.text(value) : value.asString();
  }
}
