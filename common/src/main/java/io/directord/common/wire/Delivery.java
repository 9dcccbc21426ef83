package io.directord.common.wire;

import io.directord.common.pieces.PieceList;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * What a node needs to fetch one file of one job from the content port: it travels inside CURVE
 * with the job.
 *
 * @param jobId the live job that names the content
 * @param sha256 fingerprint of the content, lower-case hexadecimal; or {@link #filesOf} a tree
 * @param size in bytes
 * @param chunkBytes size of every chunk but the last
 * @param key AES-256 key that the chunks are sealed with, see {@code Sealing}
 * @param ticket proves to the content port that the node was given this job; 32 bytes
 */
public record Delivery(
    UUID jobId, String sha256, long size, int chunkBytes, byte[] key, byte[] ticket) {

  /** Large enough for throughput, small enough that a window of them is little memory. */
  public static final int CHUNK_BYTES = 256 << 10;

  /**
   * In place of a chunk's number: what came is something else than the content. No content has so
   * many chunks and no list of pieces this number, so that every server denies it; one that knows
   * it verifies the content when it is next requested.
   */
  public static final long WRONG_CONTENT = 1L << 49;

  private static final String FILES_OF = "files of ";

  /**
   * Stands for all files of a tree, one after the other in the order of its manifest: so one
   * delivery is enough for all of them.
   *
   * @param manifest fingerprint of the manifest
   */
  public static String filesOf(String manifest) {
    return FILES_OF + manifest;
  }

  /** The fingerprint of the manifest whose files this delivers; null if it delivers a content. */
  public String manifest() {
    return sha256.startsWith(FILES_OF) ? sha256.substring(FILES_OF.length()) : null;
  }

  public Delivery {
    if (sha256 == null || key == null || ticket == null || size < 0 || chunkBytes < 1) {
      throw new IllegalArgumentException("a delivery needs fingerprint, sizes, key and ticket");
    }
  }

  /** How many chunks there are; an empty file has none. */
  public long chunks() {
    return size / chunkBytes + (size % chunkBytes == 0 ? 0 : 1);
  }

  /** The numbers of the chunks that have bytes of a part of it. */
  public LongStream chunksOf(long from, long length) {
    return length == 0
        ? LongStream.empty()
        : LongStream.rangeClosed(from / chunkBytes, (from + length - 1) / chunkBytes);
  }

  /** Whether a node may ask for the list of pieces of that number. */
  public boolean hasPieceList(long number) {
    long range = PieceList.range(number);
    return range >= 0 && size > 0 && range <= (size - 1) / PieceList.RANGE_BYTES;
  }

  /** Whether what was asked for by a number may have this length. */
  public boolean fits(long number, int length) {
    return hasPieceList(number)
        ? PieceList.fits(length)
        : length == Math.min(chunkBytes, size - number * chunkBytes);
  }
}
