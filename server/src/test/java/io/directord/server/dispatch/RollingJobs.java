package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.server.TestServer;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Jobs of parents that do not begin on all nodes at once, and how they are refused. */
final class RollingJobs {
  private RollingJobs() {}

  /**
   * @param rolling its options, with single quotes; null for none
   * @param deadline until when it is held; null for none
   */
  static Job job(UUID parent, String rolling, String deadline, String... targets) {
    ObjectNode json = JobJson.write(TestServer.job(parent, targets));
    json.put("command", UUID.randomUUID().toString()).remove("job_sha3_224");
    if (rolling != null) {
      json.set("parent_rolling", Json.mapper().readTree(rolling.replace('\'', '"')));
    }
    if (deadline != null) {
      json.put("parent_deadline", deadline);
    }
    return JobJson.read(json);
  }

  static void assertRefused(String why, Runnable action) {
    RefusedException e = assertThrows(RefusedException.class, action::run);
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }
}
