package io.directord.common.api;

import io.directord.common.job.Job;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The server's schedules; calls are as those of {@link ServerConnection}. Thread-safe. */
public final class ServerSchedules {
  private final ApiCalls calls;
  private final ContentUpload uploads;

  ServerSchedules(ApiCalls calls, ContentUpload uploads) {
    this.calls = calls;
    this.uploads = uploads;
  }

  /**
   * Uploads the contents that the server lacks, then adds a schedule, which is durable when this
   * returns. The contents stay as long as the schedule.
   *
   * @param jobs what it starts, each time with ids of their own; see {@link
   *     ServerConnection#submitAll}
   * @throws ApiException with 409 if there is one of that name, with 400 if something is wrong with
   *     the timing or the jobs
   */
  public ScheduleView add(
      String name,
      ScheduleTiming timing,
      List<Job> jobs,
      List<String> limit,
      Map<String, Path> contents,
      UploadProgress progress)
      throws IOException {
    uploads.files(contents, progress);
    String target =
        path(name)
            + "?cron="
            + ApiCalls.encode(timing.cron())
            + "&zone="
            + ApiCalls.encode(timing.zone())
            + "&missed="
            + timing.missed()
            + "&overlap="
            + timing.overlap()
            + "&splay="
            + timing.splay().toSeconds();
    return calls.change("PUT", target, SubmissionJson.of(jobs, limit), ScheduleView.class);
  }

  /** All schedules, sorted by name. */
  public List<ScheduleView> all() throws IOException {
    return calls.get("/v1/schedules", Bodies.Schedules.class).schedules();
  }

  /** An unknown name is refused with 404, here and below. */
  public ScheduleInfo of(String name) throws IOException {
    return calls.get(path(name), ScheduleInfo.class);
  }

  /** Has a schedule start nothing, until {@link #resume}. */
  public ScheduleView pause(String name) throws IOException {
    return calls.change("POST", path(name) + "/pause", null, ScheduleView.class);
  }

  public ScheduleView resume(String name) throws IOException {
    return calls.change("POST", path(name) + "/resume", null, ScheduleView.class);
  }

  /** Starts a run now; refused with 409 if the last one has not ended. */
  public ScheduleView run(String name) throws IOException {
    return calls.change("POST", path(name) + "/run", null, ScheduleView.class);
  }

  /** Removes a schedule; its runs go on. */
  public ScheduleView remove(String name) throws IOException {
    return calls.change("DELETE", path(name), null, ScheduleView.class);
  }

  private static String path(String name) {
    return "/v1/schedules/" + ApiCalls.encode(name);
  }
}
