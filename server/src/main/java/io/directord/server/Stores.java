package io.directord.server;

import io.directord.common.config.DatastoreUrl;
import io.directord.common.config.Settings;
import io.directord.common.validation.WrongSettingException;
import io.directord.server.store.Election;
import io.directord.server.store.EmbeddedStore;
import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoreException;
import io.directord.server.store.postgresql.PostgresElection;
import io.directord.server.store.redis.RedisStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the store selected by the settings, see {@link #isShared}. */
final class Stores {
  static final String MEMORY = "memory";
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
    return RedisStore.open(DatastoreUrl.parse(where));
  }

  /**
   * The directory of the store in which a server begins anew, if it is one of files.
   *
   * @return empty if something is there, or it is another kind of store
   */
  static Optional<Path> missing(Settings settings) {
    String where = settings.get(Settings.DATASTORE);
    return Optional.ofNullable(
            where.equals(IN_STATE_DIRECTORY)
                ? settings.get(Settings.STATE_PATH)
                : where.startsWith(FILE_URL) ? Path.of(where.substring(FILE_URL.length())) : null)
        .filter(directory -> !EmbeddedStore.isIn(directory));
  }

  /** Whether several servers may have it, of which one leads. */
  static boolean isShared(Settings settings) {
    return settings.get(Settings.DATASTORE).startsWith(DatastoreUrl.POSTGRESQL + ":");
  }

  /** As {@link Server#checks}; asks no database. */
  static void check(Settings settings) throws WrongSettingException {
    if (isShared(settings)) {
      PostgresElection.check(DatastoreUrl.parse(settings.get(Settings.DATASTORE)));
    }
  }

  /**
   * Opens a store that is shared.
   *
   * @throws StoreException if it cannot be opened
   * @throws WrongSettingException if it cannot be opened as it is named
   */
  static Election election(Settings settings, Election.LeaseTimes times) throws IOException {
    DatastoreUrl url = DatastoreUrl.parse(settings.get(Settings.DATASTORE));
    return PostgresElection.open(url, self(settings), times);
  }

  /** This server for people, the same after a restart. */
  private static String self(Settings settings) {
    return HostName.get()
        + " (ports "
        + settings.get(Settings.JOB_PORT)
        + " and "
        + settings.get(Settings.BACKEND_PORT)
        + ", socket "
        + settings.get(Settings.SOCKET_PATH)
        + ")";
  }
}
