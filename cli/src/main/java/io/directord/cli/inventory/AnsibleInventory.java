package io.directord.cli.inventory;

import io.directord.common.input.GivenFile;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.InvalidException;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.yaml.UnreadableYamlException;
import io.directord.common.yaml.YamlReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads a file of Ansible's inventory, and the variables beside it. */
final class AnsibleInventory {
  static final String AS_YAML =
      "import what 'ansible-inventory -i FILE --list --yaml' prints, which asks it";
  private static final Pattern YAML = Pattern.compile(".*\\.(ya?ml|json)");

  private AnsibleInventory() {}

  /**
   * Reads the inventory; names that directord refuses are left out.
   *
   * @throws InvalidException with all errors and their places, if it cannot be read as a whole
   */
  static Inventory read(Path file) {
    Inventory inventory = new Inventory();
    Place whole = new Place.InFile(file, 0, 0);
    inventory.group(Inventory.ALL, whole);
    try {
      if (Files.isDirectory(file)) {
        throw invalid(file, "this is a directory: " + AS_YAML);
      }
      byte[] bytes = GivenFile.read(file, VariableFiles.MAX_BYTES);
      if (bytes.length > 1 && bytes[0] == '#' && bytes[1] == '!') {
        throw invalid(file, "this is a program: " + AS_YAML);
      }
      if (YAML.matcher(file.getFileName().toString()).matches()) {
        new YamlInventory(new YamlReader(file, VariableFiles.MAX_BYTES), inventory).read();
      } else {
        new IniInventory(file, inventory).read(text(bytes));
      }
      complete(inventory, whole);
      new VariableFiles(inventory).read(file.toAbsolutePath().getParent());
    } catch (UnreadableYamlException e) {
      inventory.errors().add(e.error());
    } catch (CharacterCodingException e) {
      throw invalid(file, "this is not UTF-8 text");
    } catch (IOException e) {
      throw invalid(file, "this cannot be read: " + IoErrors.say(e));
    } catch (Inventory.TooLargeException e) {
      throw invalid(file, e.getMessage());
    }
    if (!inventory.errors().isEmpty()) {
      throw new InvalidException(ValidationError.sorted(inventory.errors()));
    }
    return inventory;
  }

  /** Hosts that are in no group are {@code ungrouped}, wherever they are written. */
  private static void complete(Inventory inventory, Place whole) {
    Set<String> grouped = new TreeSet<>();
    inventory
        .groups()
        .forEach(
            (name, group) -> {
              if (!name.equals(Inventory.UNGROUPED)) {
                grouped.addAll(group.hosts());
              }
            });
    for (String host : inventory.hosts().keySet()) {
      if (!grouped.contains(host)) {
        inventory.group(Inventory.UNGROUPED, whole).hosts().add(host);
      }
    }
    Optional.ofNullable(inventory.groups().get(Inventory.UNGROUPED))
        .ifPresent(group -> group.hosts().removeAll(grouped));
    inventory.byDepth();
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static InvalidException invalid(Path file, String message) {
    return new InvalidException(List.of(new Place.InFile(file, 0, 0).error(message)));
  }
}
