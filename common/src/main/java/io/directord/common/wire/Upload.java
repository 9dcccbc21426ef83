package io.directord.common.wire;

import io.directord.common.json.Json;
import io.directord.common.security.Sealing;
import tools.jackson.core.JacksonException;

/**
 * What a node is about to send to the content port for a job, as it tells the server inside CURVE.
 * The key is the node's own, made for this job, so no other node can send in its name.
 *
 * @param key AES-256 key that the chunks are sealed with
 * @param ticket names it at the content port; 32 random bytes
 * @param bytes not more will follow
 * @param next the first chunk that the server has not confirmed
 * @param chunkBytes size of every chunk but the last; clients that do not say it, and so give 0,
 *     have chunks of {@link #UNSAID_CHUNK_BYTES}
 */
public record Upload(byte[] key, byte[] ticket, long bytes, long next, int chunkBytes) {

  /** Maximum size of a chunk. Each costs both sides much more than its bytes do. */
  public static final int CHUNK_BYTES = 256 << 10;

  static final int UNSAID_CHUNK_BYTES = 64 << 10;

  public Upload {
    chunkBytes = chunkBytes == 0 ? UNSAID_CHUNK_BYTES : chunkBytes;
  }

  public String text() {
    return Json.text(this);
  }

  /** Reads its text; null if it is not valid. */
  public static Upload of(String text) {
    try {
      Upload upload = Json.read(text, Upload.class);
      boolean valid =
          upload != null
              && upload.key != null
              && upload.ticket != null
              && upload.key.length == Sealing.SECRET_BYTES
              && upload.ticket.length == Sealing.SECRET_BYTES
              && upload.bytes >= 0
              && upload.next >= 0
              && upload.chunkBytes > 0
              && upload.chunkBytes <= CHUNK_BYTES
              && upload.next <= upload.bytes / upload.chunkBytes + 1;
      return valid ? upload : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  /** What a chunk's seal says of the number of chunks: only with the last one it is known. */
  public static long sealedCount(long chunk, boolean last) {
    return last ? chunk + 1 : 0;
  }
}
