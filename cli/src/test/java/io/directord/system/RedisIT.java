package io.directord.system;

import io.directord.server.store.DatabaseServer;
import io.directord.server.store.redis.RedisServer;
import java.nio.file.Path;

class RedisIT extends DatabaseContract {
  @Override
  DatabaseServer database(Path directory) {
    return RedisServer.start(directory);
  }
}
