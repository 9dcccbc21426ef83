package io.directord.client;

import io.directord.client.cache.NodeCache;
import io.directord.common.json.Json;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import tools.jackson.databind.node.ObjectNode;

/** The content of this node's cache, for people, whether the client runs or not. */
public final class CacheDump {
  private CacheDump() {}

  /**
   * Arguments, variables, and fingerprints with the time until which they count as done.
   *
   * @throws IOException if there is no cache or it may not be read; the message is for people
   */
  public static ObjectNode of(Path cacheDirectory) throws IOException {
    try {
      return Json.tree(NodeCache.peek(cacheDirectory, InstantSource.system()));
    } catch (NoSuchFileException e) {
      throw new IOException(
          "no client has a cache in " + cacheDirectory + ": --cache-path says where it lies", e);
    } catch (AccessDeniedException e) {
      throw new IOException(
          "you may not read the cache in "
              + cacheDirectory
              + ": run this as the user of the client",
          e);
    } catch (IOException e) {
      throw new IOException(
          "cannot read the cache in " + cacheDirectory + ": " + IoErrors.sayWhere(e), e);
    }
  }
}
