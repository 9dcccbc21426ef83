package io.directord.client.execution;

import io.directord.common.job.Captured;
import io.directord.common.wire.NodeMessage.Stream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The output of one job: captured in bounded memory, and handed on while it is read if somebody
 * listens. Thread-safe. What comes after {@link #close} is dropped: processes that a command left
 * behind may still write.
 */
public final class JobOutput {
  private final OutputListener listener;
  private Captured stdout;
  private Captured stderr;
  private boolean closed;

  /**
   * @param listener null if nobody wants output before the end
   */
  public JobOutput(OutputListener listener) {
    this.listener = listener;
  }

  public synchronized void add(Stream stream, byte[] bytes, int length) {
    if (closed || length == 0) {
      return;
    }
    captured(stream).add(bytes, 0, length);
    if (listener != null) {
      listener.output(stream, Arrays.copyOf(bytes, length));
    }
  }

  public void add(Stream stream, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(stream, bytes, bytes.length);
  }

  public synchronized void close() {
    closed = true;
  }

  public synchronized String text(Stream stream) {
    Captured captured = stream == Stream.STDOUT ? stdout : stderr;
    return captured == null ? "" : captured.text();
  }

  private Captured captured(Stream stream) {
    if (stream == Stream.STDOUT) {
      stdout = stdout == null ? new Captured() : stdout;
      return stdout;
    }
    stderr = stderr == null ? new Captured() : stderr;
    return stderr;
  }
}
