package io.directord.common.fetch;

import io.directord.common.security.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** Writes an archive, a part at a time. Not thread-safe. */
public final class ArchiveWriter {
  private final Out out;
  private final MessageDigest digest = Digests.sha256();

  /** Takes the bytes of an archive, before it returns. */
  @FunctionalInterface
  public interface Out {
    void write(byte[] bytes, int length) throws IOException, InterruptedException;
  }

  public ArchiveWriter(Out out) {
    this.out = out;
  }

  /** Upper limit of what a file of this size takes. */
  public static long bytes(byte[] path, long size) {
    long parts = size / ArchiveFormat.MAX_DATA + 4;
    return size + path.length + ArchiveFormat.MAX_TEXT + parts * ArchiveFormat.PART_BYTES;
  }

  /**
   * Begins a file.
   *
   * @param path without the first slash
   * @param mode permission bits
   * @param size in bytes; not more follow, but fewer may
   */
  public void begin(byte[] path, int mode, long size) throws IOException, InterruptedException {
    ByteBuffer head = ByteBuffer.allocate(ArchiveFormat.HEAD_BYTES + path.length);
    part(ArchiveFormat.HEAD, head.putInt(mode).putLong(size).put(path).array(), head.position());
  }

  /** Adds content of the file. */
  public void data(byte[] bytes, int length) throws IOException, InterruptedException {
    digest.update(bytes, 0, length);
    part(ArchiveFormat.DATA, bytes, length);
  }

  /**
   * Ends the file.
   *
   * @param note that it changed while it was read, for people; or empty
   */
  public void end(String note) throws IOException, InterruptedException {
    byte[] text = text(note);
    byte[] end = Arrays.copyOf(digest.digest(), ArchiveFormat.DIGEST_BYTES + text.length);
    System.arraycopy(text, 0, end, ArchiveFormat.DIGEST_BYTES, text.length);
    part(ArchiveFormat.FILE_END, end, end.length);
  }

  /**
   * Ends the file before it is whole: the other side drops it and goes on with the next one.
   *
   * @param why for people
   */
  public void abandon(String why) throws IOException, InterruptedException {
    digest.reset();
    byte[] text = text(why);
    part(ArchiveFormat.ABANDONED, text, text.length);
  }

  /** Ends the archive. */
  public void finish() throws IOException, InterruptedException {
    part(ArchiveFormat.END, new byte[0], 0);
  }

  private static byte[] text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(bytes, Math.min(bytes.length, ArchiveFormat.MAX_TEXT / 2));
  }

  private void part(byte type, byte[] bytes, int length) throws IOException, InterruptedException {
    byte[] head = ByteBuffer.allocate(ArchiveFormat.PART_BYTES).put(type).putInt(length).array();
    out.write(head, head.length);
    out.write(bytes, length);
  }
}
