package io.directord.common.api;

import io.directord.common.json.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/**
 * Reads replies, within the memory of this process: whatever answers at a socket may send without
 * an end. Thread-safe.
 */
final class ReplyReader {
  /** One part in so many of the heap is for a reply, which is in memory twice while it is read. */
  private static final int SHARE = 8;

  private static final long MAX_BYTES = 1 << 30;

  /** Of a tree, for each of its tokens at most, texts aside. */
  private static final int TOKEN_BYTES = 128;

  private final ServerAddress server;
  private final int maxBytes;
  private final JsonFactory json;

  /**
   * @param heapBytes of the whole heap
   */
  ReplyReader(ServerAddress server, long heapBytes) {
    this.server = server;
    maxBytes = (int) Math.min(MAX_BYTES, heapBytes / SHARE);
    json = JsonTree.factory(heapBytes / 2 / TOKEN_BYTES);
  }

  /**
   * All of a reply.
   *
   * @throws TooLongException if it is longer than this process can read
   */
  byte[] bytes(InputStream reply) throws IOException {
    byte[] bytes = reply.readNBytes(maxBytes + 1);
    if (bytes.length > maxBytes) {
      throw tooLong();
    }
    return bytes;
  }

  /**
   * The first bytes of a reply.
   *
   * @param max how many at most
   */
  byte[] begin(InputStream reply, int max) throws IOException {
    return reply.readNBytes(Math.min(max, maxBytes));
  }

  /**
   * A reply as JSON.
   *
   * @throws TooLongException if it has more values than this process can hold, or too many levels
   * @throws tools.jackson.core.JacksonException if it is not JSON
   */
  JsonNode tree(byte[] reply) throws TooLongException {
    try {
      return JsonTree.read(reply, json);
    } catch (StreamConstraintsException e) {
      throw tooLong();
    }
  }

  /** The events in a reply that goes on; a line is in memory twice more often while it grows. */
  EventLines events(InputStream reply) {
    return new EventLines(reply, maxBytes / 2, this::tooLong);
  }

  private TooLongException tooLong() {
    return new TooLongException(server, maxBytes);
  }
}
