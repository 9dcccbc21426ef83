package io.directord.server.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a machine that died would have of a store that is in use. */
final class StoreCopy {
  private StoreCopy() {}

  /** Makes one; returns its directory. */
  static Path of(Path store, Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String file : List.of("server.store", "server.redo")) {
      Files.copy(store.resolve(file), directory.resolve(file));
    }
    return directory;
  }
}
