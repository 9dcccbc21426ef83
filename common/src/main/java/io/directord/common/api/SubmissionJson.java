package io.directord.common.api;

import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.JsonTree;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON form of a {@link Bodies.Submission}. */
final class SubmissionJson {
  private SubmissionJson() {}

  static byte[] of(List<Job> jobs, List<String> limit) {
    ObjectNode submission = JsonTree.object();
    ArrayNode flat = submission.putArray("jobs");
    for (Job job : jobs) {
      flat.add(JobJson.write(job));
    }
    if (!limit.isEmpty()) {
      ArrayNode targets = submission.putArray("limit");
      limit.forEach(targets::add);
    }
    return JsonTree.bytes(submission);
  }
}
