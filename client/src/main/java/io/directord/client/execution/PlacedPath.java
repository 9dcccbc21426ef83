package io.directord.client.execution;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.NodeContext.Ownership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file or directory that a job put in place.
 *
 * @param path absolute
 * @param size of the content, in bytes
 * @param sha256 of the content; null for a directory
 * @param ownership what the job asked for
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PlacedPath(String path, long size, String sha256, Ownership ownership) {
  private static final int PERMISSION_BITS = 07777;

  static PlacedPath file(Path path, String sha256, Ownership ownership) throws IOException {
    return new PlacedPath(path.toString(), Files.size(path), sha256, ownership);
  }

  static PlacedPath directory(Path path, Ownership ownership) {
    return new PlacedPath(path.toString(), 0, null, ownership);
  }

  /** Whether it is as the job left it; what cannot be looked at is not. */
  boolean isThere() throws InterruptedException {
    try {
      Path there = Path.of(path);
      boolean same = sha256 == null ? Files.isDirectory(there) : isSame(there);
      return same && isOwned(there);
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private boolean isSame(Path there) throws IOException, InterruptedException {
    return Digests.matches(there, size, sha256);
  }

  private boolean isOwned(Path there) throws IOException {
    var lookup = there.getFileSystem().getUserPrincipalLookupService();
    Integer mode = ownership.mode();
    return (ownership.user() == null
            || lookup
                .lookupPrincipalByName(ownership.user())
                .equals(Files.getAttribute(there, "posix:owner")))
        && (ownership.group() == null
            || lookup
                .lookupPrincipalByGroupName(ownership.group())
                .equals(Files.getAttribute(there, "posix:group")))
        && (mode == null
            || mode == ((Integer) Files.getAttribute(there, "unix:mode") & PERMISSION_BITS));
  }
}
