package io.directord.legacy.ports;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Fingerprint;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.server.time.Moment;
import io.directord.verbs.builtin.QueryComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * A job on its way through one client of the original. That client knows a job with one file only,
 * so a job with several becomes as many, one after the other; each has its own id and fingerprint,
 * since the client would take the second for the first, done already.
 */
final class LegacyJob {
  private static final String NO_BLOCK = "no_block";

  private final Job job;
  private final List<Part> parts = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private boolean doubtful;
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

  /** What it waits for now, it would have waited for at that server too. */
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

  /** What the client has to do now. */
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
  boolean done(UUID part, String stdout) {
    outputs.add(stdout);
    while (next < parts.size() - 1 && !current().id().equals(part)) {
      next++;
    }
    next++;
    return next < parts.size();
  }

  /** What it put out, a line a part. */
  String stdout() {
    return String.join("\n", outputs);
  }

  /** When it was sent, or the client last said something about it. */
  Moment movedAt() {
    return movedAt;
  }

  void moved(Moment now) {
    movedAt = now;
  }

  /**
   * It is a QUERY, has answered, and waits for the answers of the others.
   *
   * @param wait what the client is to be sent when they are there
   */
  void waits(String said, LegacyMessage wait) {
    answer = said;
    queryWait = wait;
  }

  /** What a QUERY that waits has answered; null if it does not wait. */
  String answer() {
    return queryWait == null ? null : answer;
  }

  /**
   * It waits no more.
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

  /** Why it has failed although the client believes otherwise; or null. */
  String failure() {
    return failure;
  }

  /**
   * The present part in the client's words.
   *
   * @param sha3 SHA3-224 of its file; null if there is none
   */
  LegacyMessage message(String sha3) {
    ObjectNode json = JobJson.write(job);
    json.remove(List.of("stream", SourceFile.KEY));
    if (!job.verb().equals(QueryComponent.VERB)) {
      // There they say who waits for the answers.
      json.remove("targets");
    }
    json.put("job_id", current().id().toString());
    json.put("job_sha3_224", current().fingerprint());
    json.put("return_raw", true);
    if (!json.path(NO_BLOCK).isBoolean()) {
      // Command lines say it always, programs do not; RUN is lost there without.
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
