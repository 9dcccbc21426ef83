package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * A directory as a process sees it that has it as its root: links within it, also absolute ones and
 * those with {@code ..}, stay within it.
 */
final class RootDirectory {
  /** As many as the kernel follows. */
  private static final int MAX_LINKS = 40;

  private static final Path TOP = Path.of("/");

  private final Path directory;

  private RootDirectory(Path directory) {
    this.directory = directory;
  }

  /**
   * @param path absolute, on the node, where its links are followed
   * @throws JobException if it is not a directory, or the node's own root
   */
  static RootDirectory of(String path) throws JobException {
    try {
      Path real = Path.of(path).toRealPath();
      if (!Files.isDirectory(real)) {
        throw new JobException("the root " + path + " is not a directory on this node");
      }
      if (real.equals(TOP)) {
        throw new JobException("the root " + path + " is the node's own: leave --root out");
      }
      return new RootDirectory(real);
    } catch (IOException e) {
      throw new JobException("the root " + path + ": " + IoErrors.say(e), e);
    }
  }

  /** The node's own root. */
  static RootDirectory ofNode() {
    return new RootDirectory(TOP);
  }

  /** Its path on the node, without links. */
  Path directory() {
    return directory;
  }

  /**
   * The path on the node of a path in this root, without links.
   *
   * @throws IOException if it does not exist, or its links are too many
   */
  Path find(String path) throws IOException {
    Deque<String> left = new ArrayDeque<>();
    push(Path.of(path), left);
    Path at = directory;
    int links = 0;
    while (!left.isEmpty()) {
      String name = left.pop();
      if (name.equals("..")) {
        at = at.equals(directory) ? at : at.getParent();
        continue;
      }
      if (name.equals(".") || name.isEmpty()) {
        continue;
      }
      Path next = at.resolve(name);
      if (!Files.isSymbolicLink(next)) {
        Files.readAttributes(next, "size", LinkOption.NOFOLLOW_LINKS);
        at = next;
        continue;
      }
      links++;
      if (links > MAX_LINKS) {
        throw new IOException("too many links lead from one to the next");
      }
      Path target = Files.readSymbolicLink(next);
      at = target.isAbsolute() ? directory : at;
      push(target, left);
    }
    return at;
  }

  private static void push(Path path, Deque<String> onto) {
    List<String> names = new java.util.ArrayList<>();
    path.forEach(name -> names.add(name.toString()));
    for (int i = names.size() - 1; i >= 0; i--) {
      onto.push(names.get(i));
    }
  }

  /** The path of something found in this root, as it is seen there. */
  String inside(Path found) {
    return directory.equals(TOP) ? found.toString() : "/" + directory.relativize(found);
  }

  /**
   * Requires what a command needs of a root.
   *
   * @throws JobException saying what is missing, and what to do about it
   */
  void requireUsable() throws JobException {
    for (String name : List.of("proc", "sys", "dev")) {
      if (!Files.isDirectory(directory.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        throw new JobException(
            "the root "
                + directory
                + " has no directory "
                + name
                + ", at which to mount /"
                + name
                + ": make it there, since RUN leaves nothing behind in a root");
      }
    }
    try {
      if (!Files.isExecutable(find("/bin/sh"))) {
        throw new IOException("it is not a program");
      }
    } catch (IOException e) {
      throw new JobException(
          "the root "
              + directory
              + " has no shell at /bin/sh, with which commands are run: "
              + IoErrors.say(e),
          e);
    }
  }
}
