package io.directord.common.wire;

import java.util.UUID;

/**
 * What a node needs to fetch one file of one job from the content port: it travels inside CURVE
 * with the job.
 *
 * @param jobId the live job that names the content
 * @param sha256 fingerprint of the content, lower-case hexadecimal
 * @param size in bytes
 * @param chunkBytes size of every chunk but the last
 * @param key AES-256 key that the chunks are sealed with, see {@code Sealing}
 * @param ticket proves to the content port that the asker was given this job; 32 bytes
 */
public record Delivery(
    UUID jobId, String sha256, long size, int chunkBytes, byte[] key, byte[] ticket) {

  /** Large enough for throughput, small enough that a window of them is little memory. */
  public static final int CHUNK_BYTES = 256 << 10;

  public Delivery {
    if (sha256 == null || key == null || ticket == null || size < 0 || chunkBytes < 1) {
      throw new IllegalArgumentException("a delivery needs fingerprint, sizes, key and ticket");
    }
  }

  /** How many chunks there are; an empty file has none. */
  public long chunks() {
    return size / chunkBytes + (size % chunkBytes == 0 ? 0 : 1);
  }
}
