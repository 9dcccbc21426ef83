package io.directord.server;

import io.directord.common.config.DatastoreUrl;
import io.directord.common.config.Settings;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.store.EmbeddedStore;
import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoreException;
import io.directord.server.store.postgresql.PostgresStore;
import io.directord.server.store.redis.RedisStore;
import java.nio.file.Path;

/** Opens the store selected by the settings. */
final class Stores {
  private static final String MEMORY = "memory";
  private static final String IN_STATE_DIRECTORY = "file";
  private static final String FILE_URL = "file://";

  private Stores() {}

  /**
   * @throws StoreException if it cannot be opened
   * @throws WrongSettingException if it cannot be opened as it is named
   */
  static JobStore open(Settings settings) throws WrongSettingException {
    String where = settings.get(Settings.DATASTORE);
    if (where.equals(MEMORY)) {
      return new MemoryStore();
    }
    if (where.equals(IN_STATE_DIRECTORY)) {
      return EmbeddedStore.open(settings.get(Settings.STATE_PATH));
    }
    if (where.startsWith(FILE_URL)) {
      return EmbeddedStore.open(Path.of(where.substring(FILE_URL.length())));
    }
    DatastoreUrl url = DatastoreUrl.parse(where);
    return url.scheme().equals(DatastoreUrl.REDIS) ? RedisStore.open(url) : PostgresStore.open(url);
  }
}
