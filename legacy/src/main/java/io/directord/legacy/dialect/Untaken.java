package io.directord.legacy.dialect;

import io.directord.common.json.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Jobs that got an id but were not accepted: refused ones, and those excluded by {@code
 * --restrict}. The original's programs poll them by id, so the latest are kept. Thread-safe.
 */
final class Untaken {
  private static final int MAX = 1000;

  private static final int MAX_DEFINITION_BYTES = 2000;

  /** Maximum characters of a key for lookup. */
  private static final int MAX_KEY = 200;

  /** Used in place of a node's name in the failure. */
  private static final String SERVER = "directord-server";

  private final Map<UUID, ObjectNode> infos =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, ObjectNode> eldest) {
          return size() > MAX;
        }
      };

  /** Its job info, or null. */
  synchronized ObjectNode info(String id) {
    try {
      return infos.get(UUID.fromString(id));
    } catch (IllegalArgumentException e) {
      // Only whole ids are known here.
      return null;
    }
  }

  /** Adds a job that appears as failed, with this reason. */
  void refused(ObjectNode job, String reason, Instant now) {
    ObjectNode info = info(job, now, JobInfo.FAILED);
    info.set("INFO", Json.object().put(SERVER, reason));
    info.set("STDERR", Json.object().put(SERVER, reason));
    info.set("FAILED", Json.mapper().createArrayNode().add(SERVER));
    put(job, info);
  }

  /** Adds a job that appears as successful, without targets. */
  void leftOut(ObjectNode job, Instant now) {
    put(job, info(job, now, JobInfo.END));
  }

  private synchronized void put(ObjectNode job, ObjectNode info) {
    try {
      infos.put(UUID.fromString(job.path("job_id").asString("")), info);
    } catch (IllegalArgumentException e) {
      // A job without a valid id cannot be requested.
      return;
    }
  }

  private static ObjectNode info(ObjectNode said, Instant now, String state) {
    ObjectNode job = definition(said);
    String id = job.path("job_id").asString("");
    String fingerprint = job.path("job_sha3_224").asString("");
    String parent = job.path("parent_id").asString(id);
    ObjectNode info = Json.object();
    info.put("_createtime", JobInfo.seconds(now)).put("_lasttime", JobInfo.seconds(now));
    info.put("job_id", id);
    info.set("JOB_DEFINITION", job);
    info.put("JOB_SHA3_224", fingerprint);
    info.put("JOB_NAME", job.path("job_name").asString(fingerprint));
    info.put("PARENT_JOB_ID", parent);
    info.put("PARENT_JOB_NAME", job.path("parent_name").asString(parent));
    info.set("VERB", verb(job));
    info.putNull("COMPONENT_TIMESTAMP");
    info.set("INFO", Json.object());
    info.put("PROCESSING", state);
    info.put("RETURN_TIMESTAMP", JobInfo.local(now));
    info.set("STDERR", Json.object());
    info.set("STDOUT", Json.object());
    info.put("ROUNDTRIP_TIME", "0.00000000").put("EXECUTION_TIME", "0.00000000");
    for (String map : new String[] {"_executiontime", "_processing", "_roundtripltime"}) {
      info.set(map, Json.object());
    }
    for (String list : new String[] {"_nodes", "SUCCESS", "FAILED"}) {
      info.set(list, Json.mapper().createArrayNode());
    }
    return info;
  }

  /** Of a large job only the keys for lookup are kept, since many are kept. */
  private static ObjectNode definition(ObjectNode job) {
    if (Json.bytes(job).length <= MAX_DEFINITION_BYTES) {
      return job;
    }
    ObjectNode small = Json.object();
    for (String key : new String[] {"verb", "job_id", "job_sha3_224", "parent_id"}) {
      if (job.path(key).asString("").length() <= MAX_KEY) {
        small.set(key, job.path(key));
      }
    }
    return small;
  }

  private static JsonNode verb(ObjectNode job) {
    return job.has("verb") ? job.get("verb") : Json.tree("");
  }
}
