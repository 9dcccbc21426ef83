package io.directord.server;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.store.Change;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoredJoinToken;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestoredServerTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  @Test
  void aStoreIsNotEmptyThatHasJoinTokensOnly() {
    MemoryStore store = new MemoryStore();
    assertDoesNotThrow(() -> RestoredServer.requireEmpty(store));

    var terms = new StoredJoinToken.Terms(List.of(), 1, NOW.plusSeconds(60));
    var token = new StoredJoinToken("ab".repeat(32), terms, NOW, "root");
    store.commit(List.of(new Change.PutJoinToken(token)));

    String why =
        assertThrows(CannotStartException.class, () -> RestoredServer.requireEmpty(store))
            .getMessage();
    assertTrue(why.contains("1 join token"), why);
  }
}
