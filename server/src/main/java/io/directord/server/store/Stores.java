package io.directord.server.store;

import io.directord.common.config.Settings;
import java.nio.file.Path;

/** Opens the store selected by the settings. */
public final class Stores {
  private static final String MEMORY = "memory";
  private static final String IN_STATE_FOLDER = "file";
  private static final String FILE_URL = "file://";

  private Stores() {}

  /**
   * @throws StoreException if it cannot be opened
   */
  public static JobStore open(Settings settings) {
    String where = settings.get(Settings.DATASTORE);
    if (where.equals(MEMORY)) {
      return new MemoryStore();
    }
    Path directory =
        where.equals(IN_STATE_FOLDER)
            ? settings.get(Settings.STATE_PATH)
            : Path.of(where.substring(FILE_URL.length()));
    return EmbeddedStore.open(directory);
  }
}
