package io.directord.common.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;

/**
 * Backups of the server's store; see {@link ServerConnection#backups}. Thread-safe; calls block.
 */
public final class ServerBackups {
  private static final String ALL = "/v1/backups";

  private final ApiCalls calls;

  ServerBackups(ApiCalls calls) {
    this.calls = calls;
  }

  /**
   * Begins to make one; refused with 409 while one is being made. When {@link #find} says that it
   * is ready, it can be downloaded.
   */
  public BackupView make() throws IOException {
    return calls.change("POST", ALL, null, BackupView.class);
  }

  /** How far that one is. */
  public BackupView find(UUID id) throws IOException {
    return calls.get(target(id), BackupView.class);
  }

  /** The file of one that is ready. A connection that is cut is made again, and goes on there. */
  public InputStream download(UUID id) {
    return new Download(calls, target(id) + "/file", null);
  }

  /** Removes one from the server. */
  public void remove(UUID id) throws IOException {
    calls.change("DELETE", target(id), null, Bodies.Removed.class);
  }

  private static String target(UUID id) {
    return ALL + "/" + id;
  }
}
