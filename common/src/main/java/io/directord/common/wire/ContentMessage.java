package io.directord.common.wire;

import java.util.UUID;

/**
 * What is said on the content port. Requests and chunks are not inside CURVE: chunks are sealed,
 * and a ticket opens nothing without the key, which travels with the job.
 */
public sealed interface ContentMessage {

  /** A node asks for one chunk; it may have a window of requests under way. */
  record Request(UUID jobId, String sha256, byte[] ticket, long chunk) implements ContentMessage {}

  /** One sealed chunk. */
  record Chunk(UUID jobId, String sha256, long chunk, byte[] sealed) implements ContentMessage {}

  /** No: the ticket is wrong, the job has ended, or the content is gone. */
  record Denied(UUID jobId, String sha256, long chunk, String reason) implements ContentMessage {}
}
