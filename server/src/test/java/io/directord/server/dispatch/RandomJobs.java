package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Jobs of all kinds that the core tells apart, for a {@link CoreSimulation}. */
final class RandomJobs {
  private final Random random;
  private final List<String> nodes;

  /**
   * @param nodes names of their targets
   */
  RandomJobs(Random random, List<String> nodes) {
    this.random = random;
    this.nodes = nodes;
  }

  /** Of a parent that begins node by node, or is held for nodes that are away, or both. */
  ObjectNode options() {
    ObjectNode options = Json.object().put("parent_async", random.nextInt(3) == 0);
    int kind = random.nextInt(3);
    if (kind != 0) {
      ObjectNode rolling = options.putObject("parent_rolling");
      rolling.set("batch", Json.tree(random.nextBoolean() ? List.of("1") : List.of("1", "50%")));
      if (random.nextBoolean()) {
        rolling.put("max_failures", random.nextInt(2));
      }
      if (random.nextInt(3) == 0) {
        rolling.put("wait", 1 + random.nextInt(5));
      }
    }
    if (kind != 1) {
      options.put("parent_deadline", 10 + random.nextInt(100));
    }
    return options;
  }

  Job job(UUID id, UUID parent, ObjectNode options) {
    ObjectNode json = options.deepCopy().put("parent_id", parent.toString());
    json.put("job_id", id.toString());
    switch (random.nextInt(14)) {
      case 0 -> json.put("verb", "QUERY").put("query", "n");
      case 1 -> {
        json.put("verb", "JOB_WAIT").put("job_sha", fingerprint());
        json.set("identity", Json.tree(List.of(aNode(), aNode())));
      }
      case 2 -> json.put("verb", "QUEUESENTINEL").put(Job.BYPASS, true);
      case 3, 4 -> {
        json.put("verb", "FETCH").put("max_size", 1);
        json.putArray("paths").add("/x");
      }
      default -> json.put("verb", "RUN").put("command", "x").put("job_sha3_224", fingerprint());
    }
    if (random.nextInt(3) > 0) {
      json.set("targets", Json.tree(List.of(aNode(), aNode())));
    }
    return JobJson.read(json);
  }

  /** One of a few, so that jobs are waited for. */
  private String fingerprint() {
    return ("" + (char) ('a' + random.nextInt(6))).repeat(56);
  }

  private String aNode() {
    return nodes.get(random.nextInt(nodes.size()));
  }
}
