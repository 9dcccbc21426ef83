package io.directord.bench;

import static java.util.Comparator.naturalOrder;

import io.directord.common.api.JobSummary;
import io.directord.common.api.ServerConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** One orchestration of 1000 small commands on every node. */
final class ManyJobs implements Workload {
  static final int JOBS = 1000;
  private static final String COMMAND = "echo hello world";
  private static final Path FLOOR = Path.of("bench/target/floor");

  private final Path directory;
  private final Path orchestration;

  ManyJobs(Path directory) throws IOException {
    this.directory = directory;
    this.orchestration = directory.resolve("jobs.yaml");
    String job = "  - RUN: --skip-cache " + COMMAND + "\n";
    Files.writeString(orchestration, "- jobs:\n" + job.repeat(JOBS));
  }

  @Override
  public String title() {
    return JOBS + " RUN echo, orchestrate";
  }

  @Override
  public String anchorTitle() {
    return "floor";
  }

  @Override
  public Limit must() {
    return Limit.timesAnchor(2);
  }

  @Override
  public Limit wants() {
    return Limit.timesAnchor(1.25);
  }

  @Override
  public void run(Cluster cluster) throws IOException, InterruptedException {
    cluster.cli("orchestrate", "--poll", orchestration.toString());
  }

  @Override
  public void check(Cluster cluster) throws IOException {
    long succeeded =
        Files.readAllLines(cluster.output()).stream().filter(l -> l.contains("Success")).count();
    if (succeeded != JOBS) {
      throw new IOException(succeeded + " of " + JOBS + " jobs succeeded");
    }
  }

  @Override
  public OptionalDouble atServer(Cluster cluster) throws IOException {
    ServerConnection server = new ServerConnection(cluster.socket());
    List<JobSummary> jobs = server.jobs(server.job(null).summary().parent().id());
    Instant submitted =
        jobs.stream().map(JobSummary::submittedAt).min(naturalOrder()).orElseThrow();
    Instant ended = jobs.stream().map(JobSummary::endedAt).max(naturalOrder()).orElseThrow();
    return OptionalDouble.of(Duration.between(submitted, ended).toNanos() / 1e9);
  }

  @Override
  public void anchor() throws IOException, InterruptedException {
    String[] numbers = {Integer.toString(Cluster.NODES), Integer.toString(JOBS)};
    Command.run(
        List.of(FLOOR.toString(), numbers[0], numbers[1], COMMAND),
        Map.of(),
        directory.resolve("anchor.out"));
  }
}
