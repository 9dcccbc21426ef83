package io.directord.legacy.ports;

import io.directord.common.job.Job;
import io.directord.common.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Callbacks: jobs that a client of the original requests while it runs another one, and waits for.
 * It stores an output as an argument by having the server send it an ARG, and waits for the answers
 * to a QUERY by a QUERY_WAIT. A client may request this for itself only, so the callback is built
 * here from the running job and not taken from the client.
 */
final class LegacyCallbacks {
  private static final String QUERY_WAIT = "QUERY_WAIT";
  private static final int QUERY_SECONDS = 30;
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{32,128}");

  private LegacyCallbacks() {}

  /**
   * The callbacks to send to the client: only those that its job implies.
   *
   * @param job that it runs, or has run
   * @param data of its message
   */
  static List<LegacyMessage> asked(Job job, ObjectNode data) {
    List<LegacyMessage> messages = new ArrayList<>();
    for (JsonNode task : data.path("new_tasks").values()) {
      if (task.path("verb").asString("").equals("ARG") && isIdentified(task)) {
        ObjectNode args = arguments(job, task.path("args"));
        if (!args.isEmpty()) {
          messages.add(LegacyMessage.job("ARG", arg(task, args), null));
        }
      }
    }
    return messages;
  }

  /**
   * The QUERY_WAIT for which the client waits that runs this QUERY, to be sent when its answers are
   * on the node; null if it asks for none.
   *
   * @param identity the client's: its own answer is among those that it waits for
   */
  static LegacyMessage queryWait(Job query, ObjectNode data, String identity) {
    for (JsonNode task : data.path("new_tasks").values()) {
      if (task.path("verb").asString("").equals(QUERY_WAIT) && isIdentified(task)) {
        ObjectNode wait = Json.object().put("verb", QUERY_WAIT);
        wait.set("item", query.arguments().path("query"));
        wait.put("query_timeout", QUERY_SECONDS);
        wait.putArray("identity").add(identity);
        return LegacyMessage.job(QUERY_WAIT, identified(wait, task), null);
      }
    }
    return null;
  }

  private static ObjectNode arguments(Job job, JsonNode asked) {
    ObjectNode args = Json.object();
    for (var entry : asked.properties()) {
      boolean implied =
          entry.getKey().equals(job.stdoutArg()) || entry.getKey().equals(job.stderrArg());
      if (implied && entry.getValue().isString()) {
        args.set(entry.getKey(), entry.getValue());
      }
    }
    return args;
  }

  private static ObjectNode arg(JsonNode task, ObjectNode args) {
    ObjectNode arg = Json.object();
    arg.put("verb", "ARG");
    arg.set("args", args);
    arg.put("extend_args", true);
    return identified(arg, task);
  }

  private static ObjectNode identified(ObjectNode job, JsonNode task) {
    job.put("skip_cache", true).put("parent_async_bypass", true).put("return_raw", true);
    job.put("timeout", Job.DEFAULT_TIMEOUT.toSeconds());
    job.put("job_id", task.path("job_id").asString());
    job.put("job_sha3_224", task.path("job_sha3_224").asString());
    job.put("parent_id", UUID.randomUUID().toString());
    return job;
  }

  /** The job that the client waits for, by its fingerprint; it answers by the id. */
  private static boolean isIdentified(JsonNode task) {
    try {
      UUID.fromString(task.path("job_id").asString(""));
      return FINGERPRINT.matcher(task.path("job_sha3_224").asString("")).matches();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
