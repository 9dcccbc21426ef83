package io.directord.client.execution;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.client.files.Attributes;
import io.directord.client.files.Destination;
import io.directord.common.component.JobException;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A file or directory placed by a job.
 *
 * @param path absolute
 * @param size of the content, in bytes
 * @param sha256 of the content; null for a directory
 * @param ownership what the job asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PlacedPath(String path, long size, String sha256, Ownership ownership) {
  static PlacedPath file(Path path, String sha256, Ownership ownership) throws JobException {
    try (Destination there = Destination.of(path)) {
      long size = there.isFile() ? there.size() : 0;
      return new PlacedPath(path.toString(), size, sha256, ownership);
    } catch (IOException e) {
      throw new JobException(path + " cannot be examined: " + IoErrors.say(e), e);
    }
  }

  static PlacedPath directory(Path path, Ownership ownership) {
    return new PlacedPath(path.toString(), 0, null, ownership);
  }

  /** Whether it is as the job left it; false if it cannot be examined. */
  boolean isThere() throws InterruptedException {
    try (Destination there = Destination.of(Path.of(path))) {
      boolean same =
          sha256 == null ? there.isDirectory() : FileContent.matches(there, size, sha256);
      return same && Attributes.of(ownership).areThoseOf(there);
    } catch (JobException | IOException | RuntimeException e) {
      return false;
    }
  }
}
