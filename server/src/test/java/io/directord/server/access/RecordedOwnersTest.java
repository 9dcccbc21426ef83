package io.directord.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.RoleSettings;
import io.directord.common.target.TargetGroups;
import io.directord.server.audit.AuditLimits;
import io.directord.server.audit.AuditLog;
import io.directord.server.store.StoredToken;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RecordedOwnersTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  @TempDir Path directory;

  private static StoredToken token(String role) {
    return new StoredToken("ada", role, "00", NOW, "root", NOW.plusSeconds(60));
  }

  @Test
  void whoOwnsSomethingHasTheRightsOfNowAndARefusalIsALine() throws Exception {
    try (AuditLog audit =
        AuditLog.open(
            directory, new AuditLimits(1 << 20, 2, Duration.ZERO), () -> NOW, (name, why) -> {})) {
      Owners owners =
          new RecordedOwners(
              new Access(
                  Authorizer.byRights(), new Roles(RoleSettings.NONE, TargetGroups.NONE), audit));
      Tokens tokens = new Tokens(List.of(token("operator")));

      Caller ada = owners.find("token:ada", tokens, NOW);
      assertEquals("token:ada", ada.user());
      assertFalse(ada.hasServersRights());
      assertTrue(ada.rights().hasEverywhere(Permission.SCHEDULE));
      assertEquals(Rights.NONE, owners.find("token:ada", tokens, NOW.plusSeconds(60)).rights());
      tokens.put(token("gone"));
      assertEquals(Rights.NONE, owners.find("token:ada", tokens, NOW).rights());
      tokens.put(token("read"));
      assertFalse(
          owners.find("token:ada", tokens, NOW).rights().hasEverywhere(Permission.SCHEDULE));
      tokens.drop("ada");
      assertEquals(Rights.NONE, owners.find("token:ada", tokens, NOW).rights());
      assertTrue(owners.find("ann", tokens, NOW).rights().everything());

      owners.refused(ada, "run of schedule nightly", "no role");
      JsonNode line = audit.read(Instant.EPOCH, any -> true, 10).lines().get(0);
      assertEquals("token:ada", line.path("who").asString());
      assertEquals("run of schedule nightly", line.path("action").asString());
      assertFalse(line.path("allowed").asBoolean());
      assertEquals("no role", line.path("subject").path("why").asString());
    }
  }
}
