package io.directord.client.execution;

import io.directord.common.component.JobException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Where a file really goes. */
final class Destination {
  /** As the kernel has it. */
  private static final int MAX_LINKS = 40;

  private static final int MAX_NAME_BYTES = 150;
  private static final int SHA_CHARACTERS = 16;

  private Destination() {}

  /**
   * The file itself, links followed, also one that points nowhere yet.
   *
   * @throws JobException if no file can be there
   */
  static Path of(Path destination) throws JobException, IOException {
    Path target = destination.toAbsolutePath().normalize();
    for (int links = 0; Files.isSymbolicLink(target); links++) {
      if (links == MAX_LINKS) {
        throw new JobException(destination + " is a link that leads back to itself");
      }
      target = target.resolveSibling(Files.readSymbolicLink(target)).normalize();
    }
    if (Files.isDirectory(target)) {
      throw new JobException(
          destination + " is a folder: end it with / to have the file put into it");
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(target)) {
      throw new JobException(destination + " is there and is no file");
    }
    if (target.getParent() == null || !Files.isDirectory(target.getParent())) {
      throw new JobException(
          "the folder " + target.getParent() + " does not exist: WORKDIR makes folders");
    }
    return target;
  }

  /**
   * The name under which the content is gathered, in the same folder. Each node has its own, since
   * the folder may be one that several nodes share.
   */
  static Path partOf(Path target, String sha256, String identity) {
    String name = target.getFileName().toString();
    while (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      name = name.substring(0, name.length() - 1);
    }
    String sha = sha256.substring(0, Math.min(SHA_CHARACTERS, sha256.length()));
    String node = String.format("%08x", identity.hashCode());
    return target.resolveSibling("." + name + ".directord-" + sha + "-" + node + ".part");
  }
}
