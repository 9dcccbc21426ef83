package io.directord.system;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.directord.server.store.DatabaseServer;
import io.directord.server.store.redis.RedisServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RedisIT extends DatabaseContract {
  @Override
  DatabaseServer database(Path directory) {
    return RedisServer.start(directory);
  }

  @Test
  void theDriverHasNothingToSayInTheLog() {
    String log = cluster().server().log();
    assertFalse(log.contains("Jedis"), log);
  }
}
