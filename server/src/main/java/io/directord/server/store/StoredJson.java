package io.directord.server.store;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** Converts stored jobs to JSON and back. */
public final class StoredJson {
  private StoredJson() {}

  /** A stored job with the job in its own flat form. */
  private record Flat(
      long seq,
      ObjectNode job,
      String submittedBy,
      Instant submittedAt,
      @JsonUnwrapped Resolved resolved,
      byte[] secret,
      boolean cancelled) {}

  public static byte[] write(StoredJob job) {
    return Json.bytes(
        new Flat(
            job.seq(),
            JobJson.write(job.job()),
            job.submittedBy(),
            job.submittedAt(),
            job.resolved(),
            job.secret(),
            job.cancelled()));
  }

  public static StoredJob read(byte[] json) {
    Flat flat = Json.read(json, Flat.class);
    return new StoredJob(
        flat.seq(),
        JobJson.read(flat.job()),
        flat.submittedBy(),
        flat.submittedAt(),
        flat.resolved(),
        flat.secret(),
        flat.cancelled());
  }
}
