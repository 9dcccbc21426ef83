package io.directord.cli.inventory;

import io.directord.common.validation.ValidationError;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an import has done.
 *
 * @param summary one line
 * @param leftOut what directord has no place for, in the order of the files
 */
public record AnsibleImport(String summary, List<ValidationError> leftOut) {

  /**
   * Imports an inventory.
   *
   * @param to a directory that is new or empty
   * @throws io.directord.common.validation.InvalidException if the inventory is wrong; then nothing
   *     is written
   * @throws IOException if the files cannot be written
   */
  public static AnsibleImport of(Path inventory, Path to) throws IOException {
    Inventory read = AnsibleInventory.read(inventory);
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(to)) {
      if (files.findAny().isPresent()) {
        throw new FileAlreadyExistsException(to.toString(), null, "the directory is not empty");
      }
    }
    String summary = new ImportedFiles(read).write(to, inventory.toString());
    return new AnsibleImport(summary, ValidationError.sorted(read.leftOut()));
  }
}
