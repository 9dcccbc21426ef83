package io.directord.client.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The directories of a tree below an open one, entered name by name; a link is never followed.
 * Those on the way to the current one stay open. Not thread-safe.
 */
final class TreeWalk implements AutoCloseable {
  private final Directory root;
  private final Deque<Step> steps = new ArrayDeque<>();

  private record Step(String path, Directory directory) {}

  /**
   * @param root must stay open
   */
  TreeWalk(Directory root) {
    this.root = root;
  }

  /**
   * The directory of this path, which stays open until the next call.
   *
   * @param path relative to the root, with slashes; empty for the root itself
   * @throws PathChangedException if there is no directory, or not any more
   */
  Directory at(String path) throws IOException {
    while (!steps.isEmpty() && !isWithin(path, steps.peek().path)) {
      steps.pop().directory.close();
    }
    String reached = steps.isEmpty() ? "" : steps.peek().path;
    Directory here = steps.isEmpty() ? root : steps.peek().directory;
    while (!reached.equals(path)) {
      int from = reached.isEmpty() ? 0 : reached.length() + 1;
      int slash = path.indexOf('/', from);
      reached = slash < 0 ? path : path.substring(0, slash);
      here = enter(here, Path.of(reached.substring(from)));
      steps.push(new Step(reached, here));
    }
    return here;
  }

  private static boolean isWithin(String path, String directory) {
    return path.startsWith(directory)
        && (path.length() == directory.length() || path.charAt(directory.length()) == '/');
  }

  private static Directory enter(Directory in, Path name) throws IOException {
    FileStat stat = in.stat(name);
    if (stat == null || !stat.isDirectory()) {
      throw Directory.changed(in.path().resolve(name));
    }
    return in.enter(name, stat);
  }

  @Override
  public void close() throws IOException {
    while (!steps.isEmpty()) {
      steps.pop().directory.close();
    }
  }
}
