package io.directord.common.config;

import io.directord.common.config.IncomingHook.Signing;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import io.directord.common.yaml.YamlFields;
import io.directord.common.yaml.YamlFields.Field;
import io.directord.common.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads the hooks of a configuration file, and notes all that is wrong. */
final class HookFields {
  private static final Set<String> OUT_KEYS = Set.of("url", "command", "secret_file", "on");
  private static final Set<String> IN_KEYS =
      Set.of("start", "parameters", "signature", "secret_file", "max_open", "per_minute");
  private static final Set<String> PARAMETER_KEYS = Set.of("pattern", "values", "default", "from");
  private static final String START = "start";
  private static final String SECRET_FILE = "secret_file";
  private static final int MAX_PARAMETERS = 50;
  private static final int MAX_NUMBER = 10_000;
  private static final int MAX_OPEN = 1;
  private static final int PER_MINUTE = 10;

  private final YamlFields fields;
  private final YamlReader yaml;
  private final List<HookSettings.Hook> told = new ArrayList<>();
  private final List<IncomingHook> incoming = new ArrayList<>();
  private final Set<String> startable = new HashSet<>();

  HookFields(YamlFields fields, YamlReader yaml) {
    this.fields = fields;
    this.yaml = yaml;
  }

  HookSettings read(Field field) {
    if (!(field.value() instanceof MappingNode map)) {
      yaml.note(
          field.value(),
          "hooks are a mapping, such as 'pager: {url: https://..., on: [node.lost]}'");
      return HookSettings.NONE;
    }
    for (Field hook : fields.all(map).values()) {
      boolean isIncoming =
          hook.value() instanceof MappingNode keys
              && YamlFields.written(keys).stream().anyMatch(key -> key.name().equals(START));
      if (isIncoming) {
        incoming(hook);
      } else {
        told(hook);
      }
    }
    return new HookSettings(told, incoming, startable);
  }

  private void told(Field hook) {
    Map<String, Field> keys = fields.of(hook.value(), OUT_KEYS);
    List<String> errors = new ArrayList<>();
    HookSettings.Hook read =
        HookSettings.hook(
            hook.name(),
            text(keys.get("url")),
            texts(keys.get("command")),
            text(keys.get(SECRET_FILE)),
            texts(keys.get("on")),
            errors);
    errors.forEach(error -> yaml.note(hook.key(), error));
    if (read != null) {
      told.add(read);
    }
  }

  private void incoming(Field hook) {
    int before = yaml.errors().size();
    startable.add(hook.name());
    String title = "hook " + hook.name() + ": ";
    Map<String, Field> keys = fields.of(hook.value(), IN_KEYS);
    if (!hook.name().matches(HookSettings.NAME)) {
      yaml.note(hook.key(), "a hook's name is made of small letters, digits, _ and -");
    }
    String file = text(keys.get(START));
    if (file == null || !file.startsWith("/")) {
      yaml.note(hook.key(), title + "the absolute path of an orchestration is expected as start");
    }
    Signing signing = signing(keys.get("signature"), title);
    String secret = text(keys.get(SECRET_FILE));
    if (signing != Signing.NONE && (secret == null || !secret.startsWith("/"))) {
      yaml.note(
          hook.key(),
          title + "signature needs secret_file, the absolute path of a file with the secret");
    }
    if (signing == Signing.NONE && secret != null) {
      yaml.note(hook.key(), title + "secret_file needs signature, which is standard or github");
    }
    List<HookParameter> parameters = parameters(keys.get("parameters"), signing, title);
    int maxOpen = number(keys.get("max_open"), MAX_OPEN, title);
    int perMinute = number(keys.get("per_minute"), PER_MINUTE, title);
    if (yaml.errors().size() == before) {
      incoming.add(
          new IncomingHook(
              hook.name(),
              Path.of(file),
              parameters,
              signing,
              secret == null ? null : Path.of(secret),
              new IncomingHook.RunLimits(maxOpen, perMinute),
              yaml.place(hook.key())));
    }
  }

  private Signing signing(Field field, String title) {
    String text = text(field);
    if (text == null) {
      return Signing.NONE;
    }
    List<String> known = List.of("standard", "github");
    if (!known.contains(text)) {
      yaml.note(
          field.value(),
          title
              + "signature: standard or github is expected, not "
              + Quoted.of(text)
              + Nearest.hint(text, known));
      return Signing.NONE;
    }
    return Signing.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private int number(Field field, int otherwise, String title) {
    String text = text(field);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[1-9][0-9]{0,4}") || Integer.parseInt(text) > MAX_NUMBER) {
      yaml.note(
          field.value(),
          title
              + field.name()
              + ": a number from 1 to "
              + MAX_NUMBER
              + " is expected, not "
              + Quoted.of(text));
      return otherwise;
    }
    return Integer.parseInt(text);
  }

  private List<HookParameter> parameters(Field field, Signing signing, String title) {
    List<HookParameter> parameters = new ArrayList<>();
    if (field == null || YamlReader.isNull(field.value())) {
      return parameters;
    }
    if (!(field.value() instanceof MappingNode map)) {
      yaml.note(
          field.value(),
          title + "parameters are a mapping, such as 'version: {pattern: \"[0-9.]+\"}'");
      return parameters;
    }
    for (Field parameter : fields.all(map).values()) {
      HookParameter read = parameter(parameter, signing, title + parameter.name() + ": ");
      if (read != null) {
        parameters.add(read);
      }
    }
    if (parameters.size() > MAX_PARAMETERS) {
      yaml.note(field.value(), title + MAX_PARAMETERS + " parameters at most are possible");
    }
    return parameters;
  }

  private HookParameter parameter(Field field, Signing signing, String title) {
    int before = yaml.errors().size();
    if (!field.name().matches(HookParameter.NAME)) {
      yaml.note(field.key(), title + "a parameter's name is made of small letters, digits and _");
    }
    Map<String, Field> keys =
        YamlReader.isNull(field.value()) ? Map.of() : fields.of(field.value(), PARAMETER_KEYS);
    List<String> values = texts(keys.get("values"));
    Pattern pattern = pattern(keys.get("pattern"), title);
    if (!values.isEmpty() && keys.containsKey("pattern")) {
      yaml.note(field.key(), title + "values and pattern are both given: keep one");
    }
    String from = text(keys.get("from"));
    if ((from == null) == (signing == Signing.GITHUB)) {
      yaml.note(
          field.key(),
          title
              + (from == null
                  ? "from is needed with signature: github, such as /release/tag_name"
                  : "from goes with signature: github only"));
    } else if (from != null && !from.startsWith("/")) {
      yaml.note(field.key(), title + "from: a JSON pointer such as /release/tag_name is expected");
    }
    if (yaml.errors().size() > before) {
      return null;
    }
    HookParameter parameter =
        new HookParameter(
            field.name(),
            values.isEmpty() ? pattern : null,
            values,
            text(keys.get("default")),
            from);
    List<String> given = new ArrayList<>(values);
    if (parameter.fallback() != null) {
      given.add(parameter.fallback());
    }
    for (String value : given) {
      String error = parameter.error(value);
      if (error != null) {
        yaml.note(field.key(), title + "of its own values: " + error);
      }
    }
    return parameter;
  }

  private Pattern pattern(Field field, String title) {
    String text = text(field);
    if (text == null) {
      return HookParameter.WORD;
    }
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      yaml.note(field.value(), title + "pattern: " + e.getDescription() + " in " + Quoted.of(text));
      return HookParameter.WORD;
    }
  }

  private String text(Field field) {
    return field == null || YamlReader.isNull(field.value()) ? null : fields.text(field);
  }

  /** A list of texts, or one text. */
  private List<String> texts(Field field) {
    if (field == null || YamlReader.isNull(field.value())) {
      return List.of();
    }
    List<Node> nodes =
        field.value() instanceof SequenceNode list ? list.getValue() : List.of(field.value());
    List<String> texts = new ArrayList<>();
    for (Node node : nodes) {
      String text = fields.text(new Field(field.name(), node, node));
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }
}
