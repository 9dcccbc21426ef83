package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.job.Captured;
import io.directord.common.wire.NodeMessage.Stream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The output of one job: captured in bounded memory, and passed to a listener while it is read, if
 * there is one. Thread-safe. Output after {@link #close} is dropped: processes left by a command
 * may still write.
 */
public final class JobOutput {
  private static final byte[] NOTHING = new byte[0];

  private final OutputListener listener;
  private final Supplier<Mask> mask;
  private final Map<Stream, byte[]> held = new EnumMap<>(Stream.class);
  private final Set<Stream> masked = EnumSet.noneOf(Stream.class);
  private final AtomicInteger heldUp = new AtomicInteger();
  private final Map<Stream, WholeCharacters> characters = new EnumMap<>(Stream.class);
  private Captured stdout;
  private Captured stderr;
  private volatile boolean closed;

  /**
   * @param listener null if output is not streamed
   */
  public JobOutput(OutputListener listener) {
    this(listener, new Secrets());
  }

  /**
   * @param listener null if output is not streamed
   * @param secrets what nobody is to see
   */
  public JobOutput(OutputListener listener, Secrets secrets) {
    this.listener = listener;
    this.mask = secrets::mask;
  }

  public synchronized void add(Stream stream, byte[] bytes, int length) {
    if (closed || length == 0) {
      return;
    }
    Mask now = mask.get();
    byte[] before = held.getOrDefault(stream, NOTHING);
    if (now.isEmpty() && before.length == 0) {
      tell(stream, bytes, length);
      return;
    }
    byte[] all = Arrays.copyOf(before, before.length + length);
    System.arraycopy(bytes, 0, all, before.length, length);
    Mask.Result result = now.hide(all, all.length, false);
    held.put(stream, result.held());
    tell(stream, result);
  }

  /** Tells what was held back since it could have become a secret. */
  private void release(Stream stream) {
    byte[] left = held.remove(stream);
    if (left != null && left.length > 0) {
      tell(stream, mask.get().hide(left, left.length, true));
    }
  }

  private void tell(Stream stream, Mask.Result result) {
    if (result.hasHidden()) {
      masked.add(stream);
    }
    tell(stream, result.shown(), result.shown().length);
  }

  private void tell(Stream stream, byte[] bytes, int length) {
    if (length == 0) {
      return;
    }
    captured(stream).add(bytes, 0, length);
    if (listener != null) {
      tell(stream, characters(stream).add(bytes, length));
    }
  }

  /** Called before reading more: returns when the listener can take it. */
  void awaitRoom() {
    if (listener == null) {
      return;
    }
    heldUp.incrementAndGet();
    try {
      listener.awaitRoom(() -> closed);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      heldUp.decrementAndGet();
    }
  }

  /** Whether a reader waits for the listener at the moment. */
  boolean isHeldUp() {
    return heldUp.get() > 0;
  }

  public void add(Stream stream, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    add(stream, bytes, bytes.length);
  }

  public synchronized void close() {
    if (!closed) {
      release(Stream.STDOUT);
      release(Stream.STDERR);
      characters.forEach((stream, waiting) -> tell(stream, waiting.rest()));
    }
    closed = true;
  }

  public synchronized String text(Stream stream) {
    release(stream);
    Captured captured = stream == Stream.STDOUT ? stdout : stderr;
    return captured == null ? "" : captured.text();
  }

  /** Whether a part is missing from what {@link #text} gives. */
  public synchronized boolean isCut() {
    return stdout != null && stdout.isCut() || stderr != null && stderr.isCut();
  }

  /** Begins another attempt: drops the output captured so far. */
  public synchronized void restart() {
    held.clear();
    masked.clear();
    stdout = null;
    stderr = null;
  }

  /**
   * All that was written to the stream.
   *
   * @throws JobException if it was cut, is not text, or has a secret in it
   */
  public synchronized String whole(Stream stream) throws JobException {
    release(stream);
    Captured captured = stream == Stream.STDOUT ? stdout : stderr;
    if (captured == null) {
      return "";
    }
    String called = "the standard " + (stream == Stream.STDOUT ? "output" : "error");
    if (captured.isCut()) {
      throw new JobException(
          String.format(
              Locale.ROOT,
              "%s is %,d bytes long, and only outputs of at most %,d are kept whole",
              called,
              captured.size(),
              Captured.MAX_BYTES));
    }
    if (masked.contains(stream)) {
      throw new JobException(
          called
              + " has a secret in it, in place of which only *** is shown, so it cannot be kept:"
              + " print there only what is not secret, or bring the value with ARG --secret");
    }
    if (!captured.isText()) {
      throw new JobException(called + " is not text in UTF-8; base64 makes text of any bytes");
    }
    return captured.text();
  }

  private WholeCharacters characters(Stream stream) {
    return characters.computeIfAbsent(stream, key -> new WholeCharacters());
  }

  private void tell(Stream stream, byte[] bytes) {
    if (bytes.length > 0) {
      listener.output(stream, bytes);
    }
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
