package io.directord.legacy.ports;

import io.directord.common.component.SourceFile;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Fingerprint;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.server.time.Moment;
import io.directord.verbs.builtin.QueryComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * A job on one client of the original. Such a client delivers one file per job, so a job with
 * several files is sent in parts, one after the other; each has an id and a fingerprint of its own,
 * otherwise the client would skip the second as done.
 */
final class LegacyJob {
  private static final String NO_BLOCK = "no_block";

  private final Job job;
  private final List<Part> parts = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private boolean doubtful;
  private boolean cut;
  private int next;
  private LegacyMessage queryWait;
  private String answer = "";
  private String failure;
  private Moment movedAt;

  /**
   * What the client is sent.
   *
   * @param id by which the client answers
   * @param file null for a job without
   */
  record Part(UUID id, String fingerprint, SourceFile file) {}

  /**
   * @param doubtful whether the client may have been sent it by a server before this one
   */
  LegacyJob(Job job, boolean doubtful) {
    this.job = job;
    this.doubtful = doubtful;
    List<SourceFile> files = SourceFile.in(job);
    if (files.size() <= 1) {
      parts.add(new Part(job.id(), job.fingerprint(), files.isEmpty() ? null : files.get(0)));
      return;
    }
    for (int i = 0; i < files.size(); i++) {
      String name = job.id() + "/" + i;
      UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
      String of = Fingerprint.of(Json.tree(job.fingerprint() + "/" + files.get(i).to()));
      parts.add(new Part(id, of, files.get(i)));
    }
  }

  Job job() {
    return job;
  }

  boolean isDoubtful() {
    return doubtful;
  }

  /** It has to wait, so an earlier server cannot have sent it either. */
  void settle() {
    doubtful = false;
  }

  /** Whether it delivers files. */
  boolean delivers() {
    return parts.get(0).file() != null;
  }

  List<Part> parts() {
    return parts;
  }

  /** The current part. */
  Part current() {
    return parts.get(next);
  }

  /** Whether the client has answered that part already. */
  boolean isDone(UUID part) {
    return parts.subList(0, next).stream().anyMatch(one -> one.id().equals(part));
  }

  /**
   * Notes that the client has done a part.
   *
   * @return whether there is another one to do
   */
  boolean done(UUID part, NodeResult result) {
    outputs.add(result.stdout());
    cut |= result.details().cut();
    while (next < parts.size() - 1 && !current().id().equals(part)) {
      next++;
    }
    next++;
    return next < parts.size();
  }

  /**
   * The result of the whole job.
   *
   * @param last of its parts
   */
  NodeResult whole(NodeResult last) {
    RunDetails details = last.details();
    return new NodeResult(
        job.id(),
        last.outcome(),
        new CapturedOutput(String.join("\n", outputs), last.stderr()),
        last.executionTime(),
        last.startedAt(),
        last.endedAt(),
        cut ? new RunDetails(true, Math.max(1, details.attempts()), null) : details);
  }

  /** Time when it was sent, or of the client's last message about it. */
  Moment movedAt() {
    return movedAt;
  }

  void moved(Moment now) {
    movedAt = now;
  }

  /**
   * A QUERY that has answered waits for the answers of other nodes.
   *
   * @param wait what the client is to be sent when they are there
   */
  void waits(String said, LegacyMessage wait) {
    answer = said;
    queryWait = wait;
  }

  /** The answer of a QUERY that waits; null if it does not wait. */
  String answer() {
    return queryWait == null ? null : answer;
  }

  /**
   * Ends its wait.
   *
   * @param why the answers will not come; null if they are there
   * @return what the client waits for
   */
  LegacyMessage resume(String why) {
    LegacyMessage wait = queryWait;
    queryWait = null;
    failure = why;
    return wait;
  }

  /** Why it has failed although the client reports success; null if it has not. */
  String failure() {
    return failure;
  }

  /**
   * The current part, in the original's format.
   *
   * @param sha3 SHA3-224 of its file; null if there is none
   */
  LegacyMessage message(String sha3) {
    ObjectNode json = JobJson.write(job);
    json.remove(List.of("stream", SourceFile.KEY));
    if (!job.verb().equals(QueryComponent.VERB)) {
      // In the original, these are the nodes that wait for the answers.
      json.remove("targets");
    }
    json.put("job_id", current().id().toString());
    json.put("job_sha3_224", current().fingerprint());
    json.put("return_raw", true);
    if (!json.path(NO_BLOCK).isBoolean()) {
      // The original's command line always sets it, programs do not; RUN fails there without it.
      json.put(NO_BLOCK, false);
    }
    SourceFile file = current().file();
    if (file == null) {
      return LegacyMessage.job(job.verb(), json, null);
    }
    json.set("from", Json.tree(List.of(file.path())));
    json.put("to", file.to()).put("file_to", file.to()).put("file_sha3_224", sha3);
    return LegacyMessage.job(job.verb(), json, file.path());
  }
}
