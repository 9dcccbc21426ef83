package io.directord.cli.inventory;

import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Place;
import io.directord.common.yaml.UnreadableYamlException;
import io.directord.common.yaml.YamlFields;
import io.directord.common.yaml.YamlReader;
import io.directord.common.yaml.YamlValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import tools.jackson.databind.JsonNode;

/** The variables in {@code group_vars} and {@code host_vars} beside an inventory. */
final class VariableFiles {
  static final int MAX_BYTES = 8 << 20;
  private static final Pattern ENDING = Pattern.compile("\\.(ya?ml|json)$");
  private static final int MAX_DEPTH = 5;
  private static final String VAULT = "is encrypted by Ansible Vault: bring it with ARG --secret";

  private final Inventory inventory;

  VariableFiles(Inventory inventory) {
    this.inventory = inventory;
  }

  /** Reads what lies beside the inventory's file; it may be nothing. */
  void read(Path directory) throws IOException {
    read(
        directory.resolve("group_vars"),
        "group",
        name -> {
          Inventory.Group group = inventory.groups().get(name);
          return group == null ? null : group.variables();
        });
    read(directory.resolve("host_vars"), "host", inventory.hosts()::get);
  }

  private void read(Path directory, String kind, Function<String, Inventory.Variables> find)
      throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    for (Path file : files(directory)) {
      String first = directory.relativize(file).getName(0).toString();
      String name = ENDING.matcher(first).replaceFirst("");
      Inventory.Variables variables = find.apply(name);
      Place place = new Place.InFile(file, 0, 0);
      if (variables == null) {
        inventory.leaveOut(place, "the inventory has no " + kind + " " + name);
      } else {
        read(file, kind + " " + name, variables.beside());
      }
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory, MAX_DEPTH)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  private void read(Path file, String owner, Map<String, Variable> into) {
    YamlReader yaml = new YamlReader(file, MAX_BYTES);
    try {
      if (isVault(file)) {
        inventory.leaveOut(yaml.whole(), owner + ": all of the file " + VAULT);
        return;
      }
      Node document = yaml.compose();
      if (document instanceof MappingNode map) {
        read(yaml, new YamlValues(yaml), map, owner, into);
      } else if (document != null && !YamlReader.isNull(document)) {
        inventory.error(yaml.place(document), "variables are expected here: name: value");
      }
    } catch (UnreadableYamlException e) {
      inventory.errors().add(e.error());
    } catch (IOException e) {
      inventory.error(yaml.whole(), "this file cannot be read: " + IoErrors.say(e));
    }
  }

  private static boolean isVault(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(14), StandardCharsets.ISO_8859_1).equals("$ANSIBLE_VAULT");
    }
  }

  /** Keeps what directord can keep of a mapping of variables; the rest is left out, by name. */
  void read(
      YamlReader yaml, YamlValues values, MappingNode map, String owner, Map<String, Variable> into)
      throws UnreadableYamlException {
    for (YamlFields.Field field : YamlFields.written(map)) {
      Place place = yaml.place(field.key());
      int before = yaml.errors().size();
      JsonNode value = values.json(field.value());
      if (yaml.errors().size() > before) {
        List<?> found = yaml.errors().subList(before, yaml.errors().size());
        boolean vault = found.toString().contains("!vault");
        String why = vault ? VAULT : yaml.errors().get(before).message();
        yaml.errors().subList(before, yaml.errors().size()).clear();
        inventory.leaveOut(place, owner + ": " + field.name() + " " + (vault ? "" : "has ") + why);
      } else {
        keep(inventory, owner, into, new Variable(field.name(), value, place));
      }
    }
  }

  /** Keeps a variable, or leaves it out with the reason. */
  static void keep(
      Inventory inventory, String owner, Map<String, Variable> into, Variable variable) {
    Variable.refusal(variable.name(), variable.value())
        .ifPresentOrElse(
            why -> inventory.leaveOut(variable.place(), owner + ": " + variable.name() + " " + why),
            () -> into.put(variable.name(), variable));
  }
}
