package io.directord.system;

import io.directord.server.store.DatabaseServer;
import io.directord.server.store.postgresql.PostgresServer;
import java.nio.file.Path;

class PostgresIT extends DatabaseContract {
  @Override
  DatabaseServer database(Path directory) {
    return PostgresServer.start();
  }
}
