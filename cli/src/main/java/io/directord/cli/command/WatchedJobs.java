package io.directord.cli.command;

import io.directord.common.api.Analysis;
import io.directord.common.api.ApiException;
import io.directord.common.api.JobSummary;
import io.directord.common.api.Receipt;
import io.directord.common.api.ResolvedTargets;
import io.directord.common.api.ServerConnection;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Jobs that the server has already, with what is to be known of them to follow them. */
final class WatchedJobs {
  private static final String LAST = "last";

  /** How many jobs are asked for at first to find those that were submitted with the newest. */
  private static final int FIRST_PAGE = 100;

  private final ServerConnection server;
  private final Map<UUID, Job> jobs = new LinkedHashMap<>();
  private final Set<String> leftOut = new TreeSet<>();
  private final Set<String> forgotten = new TreeSet<>();
  private Instant submittedAt;

  WatchedJobs(ServerConnection server) {
    this.server = server;
  }

  /**
   * Adds what a word stands for: a job, all jobs of a parent, or with {@code last} the newest job
   * and all that were submitted together with it.
   *
   * @throws ApiException if there is nothing of the kind
   */
  void add(String reference) throws IOException {
    if (reference.equals(LAST)) {
      for (JobSummary job : together()) {
        read(job.id().toString());
      }
      return;
    }
    try {
      read(reference);
    } catch (ApiException e) {
      List<JobSummary> ofParent =
          e.code() == ErrorCode.UNKNOWN_JOB ? ofParent(reference) : List.of();
      if (ofParent.isEmpty()) {
        throw e;
      }
      for (JobSummary job : ofParent) {
        read(job.id().toString());
      }
    }
  }

  /** In the order of submission where they were submitted together, else as they were added. */
  List<Job> jobs() {
    return List.copyOf(jobs.values());
  }

  /** What is to be known of their submissions. */
  Receipt receipt() {
    return new Receipt(
        List.copyOf(jobs.keySet()),
        List.of(),
        List.of(),
        List.copyOf(leftOut),
        List.of(
            new ResolvedTargets(
                List.of(), List.of(), List.of(), List.copyOf(forgotten), List.of())),
        List.of(),
        List.of());
  }

  /** When the first of them was submitted. */
  Instant submittedAt() {
    return submittedAt;
  }

  private List<JobSummary> together() throws IOException {
    for (int page = FIRST_PAGE; ; page *= 10) {
      List<JobSummary> newest = server.newestJobs(page);
      if (newest.isEmpty()) {
        // Refused with the reason, as there is nothing that it could be.
        server.job(null);
        return newest;
      }
      JobSummary last = newest.get(newest.size() - 1);
      List<JobSummary> same = newest.stream().filter(job -> isWith(last, job)).toList();
      if (same.size() < newest.size() || newest.size() < page) {
        return same;
      }
    }
  }

  private static boolean isWith(JobSummary one, JobSummary other) {
    return one.submittedAt().equals(other.submittedAt())
        && Objects.equals(one.origin().submittedBy(), other.origin().submittedBy());
  }

  private List<JobSummary> ofParent(String reference) throws IOException {
    Analysis found = server.analysisOf(reference);
    return server.jobs(found.id());
  }

  /**
   * Results are read one at a time and not kept: with their output they may not fit into memory.
   */
  private void read(String reference) throws IOException {
    server.readJob(reference, this::read);
  }

  private void read(InputStream body) {
    try (JsonParser in = Json.mapper().createParser(body)) {
      ObjectNode definition = null;
      List<String> targets = new ArrayList<>();
      in.nextToken();
      while (in.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = in.currentName();
        in.nextToken();
        switch (key) {
          case "definition" -> definition = in.readValueAsTree();
          case "summary" -> submitted(in.readValueAsTree());
          case "left_out" -> addNames(in, leftOut);
          case "forgotten" -> addNames(in, forgotten);
          case "nodes" -> {
            while (in.nextToken() != JsonToken.END_ARRAY) {
              JsonNode node = in.readValueAsTree();
              targets.add(node.path("node").asString());
            }
          }
          default -> in.skipChildren();
        }
      }
      Job job = JobJson.read(definition).withTargets(targets);
      jobs.put(job.id(), job);
    }
  }

  private static void addNames(JsonParser in, Set<String> to) {
    JsonNode names = in.readValueAsTree();
    names.forEach(name -> to.add(name.asString()));
  }

  private void submitted(JsonNode summary) {
    Instant at = Instant.parse(summary.path("submitted_at").asString());
    submittedAt = submittedAt == null || at.isBefore(submittedAt) ? at : submittedAt;
  }
}
