package io.directord.common.api;

import java.io.IOException;
import java.util.UUID;

/**
 * What jobs of FETCH have brought from nodes, as long as the server keeps it; see {@link
 * ServerConnection#fetches}. Thread-safe; calls block.
 */
public final class ServerFetches {
  private final ApiCalls calls;

  ServerFetches(ApiCalls calls) {
    this.calls = calls;
  }

  /**
   * What a job has brought from nodes and the server still has, and what is coming. Nodes that are
   * not in it have announced nothing yet, or it was downloaded.
   *
   * @param reference see {@link ServerConnection#jobOf}
   */
  public Bodies.Fetched of(String reference) throws IOException {
    return calls.get("/v1/jobs/" + ApiCalls.encode(reference) + "/fetched", Replies::fetched);
  }

  /**
   * What a job has brought from a node, as an archive; {@link
   * io.directord.common.fetch.FetchedFiles} reads it. A connection that is cut is made again, and
   * goes on where it was.
   */
  public Download download(UUID job, String node) {
    return new Download(calls, target(job, node), null);
  }

  /**
   * As {@link #download}, of what the node may still be sending. Fails with {@link
   * NotBroughtException} if not everything comes.
   *
   * @param coming called before each part, on the reader's thread
   */
  public Download downloadComing(UUID job, String node, Coming coming) {
    return new Download(calls, target(job, node), coming);
  }

  /** Removes from the server what a job has brought from a node. */
  public void remove(UUID job, String node) throws IOException {
    calls.change("DELETE", target(job, node), Replies::removed);
  }

  private static String target(UUID job, String node) {
    return "/v1/jobs/" + job + "/fetched/" + ApiCalls.encode(node);
  }
}
