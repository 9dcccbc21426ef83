package io.directord.client.files;

import io.directord.common.component.JobException;
import io.directord.common.storage.IoErrors;
import io.directord.common.tree.Excludes;
import io.directord.common.tree.TreeChanges;
import io.directord.common.tree.TreeEntry;
import io.directord.common.tree.TreeOptions;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Deletes what is in directories and not wanted there, or only counts it. Links are deleted and
 * never followed, what is mounted is left alone. Not thread-safe.
 */
final class TreeDeletion {
  /** How deep directories may be in each other; each is open while those in it are deleted. */
  private static final int MAX_DEPTH = 200;

  /** Names of staging directories, which are not to be deleted. */
  private static final Pattern STAGING = Pattern.compile("\\.directord-[0-9a-f]{16}");

  private final Excludes excludes;
  private final boolean deletes;
  private final List<String> names = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private MountPoints mounts;

  /** The device of the root. */
  private long device;

  /** Directories below the root that are on other file systems, and where these are mounted. */
  private final Map<String, String> mounted = new HashMap<>();

  private int count;

  /**
   * @param deletes false to write nothing, and say what would be deleted
   */
  TreeDeletion(Excludes excludes, boolean deletes) {
    this.excludes = excludes;
    this.deletes = deletes;
  }

  /** The names that are wanted in each directory of a tree, by its path; the root's is empty. */
  static Map<String, Set<String>> kept(List<TreeEntry> entries) {
    Map<String, Set<String>> kept = new HashMap<>();
    kept.put("", new HashSet<>());
    for (TreeEntry entry : entries) {
      kept.get(entry.parent()).add(entry.name());
      if (entry.isDirectory()) {
        kept.put(entry.path(), new HashSet<>());
      }
    }
    return kept;
  }

  /**
   * Deletes what is in a directory and not to be kept, unless the directory is on a file system
   * that is mounted below the root. A directory comes after the one that it is in, and the root
   * first.
   *
   * @param path of the directory, relative to the tree's root
   * @return whether something was deleted
   */
  boolean prune(Directory directory, String path, Set<String> kept)
      throws JobException, IOException, InterruptedException {
    int before = count;
    String mount = mount(directory, path);
    directory.names(
        name -> {
          String text = name.toString();
          if (!kept.contains(text) && !STAGING.matcher(text).matches()) {
            FileStat stat = directory.stat(name);
            String below = path.isEmpty() ? text : path + "/" + text;
            if (stat != null && mount == null) {
              delete(directory, name, stat, below);
            } else if (stat != null && !excludes.match(below, stat.isDirectory())) {
              note(left, below + ": it is on the file system that is mounted at " + mount);
              return false;
            }
          }
          return !Thread.currentThread().isInterrupted();
        });
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return count > before;
  }

  /**
   * Deletes what is in the way of an entry.
   *
   * @param path of the entry, relative to the tree's root
   * @param what is there, and what is delivered, for people
   * @throws JobException if it may not be deleted, or not all of it
   */
  void clear(
      TreeOptions options, Directory in, Path name, FileStat stat, String path, String... what)
      throws JobException, IOException {
    Path shown = in.path().resolve(name);
    if (!options.delete()) {
      throw new JobException(
          shown
              + " is "
              + what[0]
              + " on this node, and "
              + what[1]
              + " is delivered: remove it, or give --delete");
    }
    if (!delete(in, name, stat, path)) {
      throw new JobException(
          shown + " is in the way of " + what[1] + " and is not deleted whole: remove it");
    }
  }

  /** How many were deleted. */
  int count() {
    return count;
  }

  /** What was deleted, the first of it. */
  List<String> names() {
    return names;
  }

  /** What was left alone, and why, the first of it. */
  List<String> left() {
    return left;
  }

  /**
   * Deletes an entry of a directory, with all that is in it.
   *
   * @param path of the entry, relative to the tree's root
   * @return whether it is gone
   */
  private boolean delete(Directory in, Path name, FileStat stat, String path)
      throws JobException, IOException {
    return delete(in, name, stat, path, 0);
  }

  private boolean delete(Directory in, Path name, FileStat stat, String path, int depth)
      throws JobException, IOException {
    if (excludes.match(path, stat.isDirectory())) {
      return false;
    }
    try {
      if (!stat.isDirectory()) {
        deleteFile(in, name);
      } else if (!deleteDirectory(in, name, stat, path, depth)) {
        return false;
      }
      note(names, path + (stat.isDirectory() ? "/" : ""));
      count++;
      return true;
    } catch (NoSuchFileException e) {
      return true;
    } catch (PathChangedException e) {
      throw e;
    } catch (FileSystemException e) {
      throw new JobException(
          in.path().resolve(name) + " cannot be deleted (--delete): " + IoErrors.say(e), e);
    }
  }

  private void deleteFile(Directory in, Path name) throws IOException {
    if (deletes) {
      in.deleteFile(name);
    }
  }

  private boolean deleteDirectory(Directory in, Path name, FileStat stat, String path, int depth)
      throws JobException, IOException {
    if (isMounted(in, name, stat)) {
      note(left, path + ": a file system is mounted there");
      return false;
    }
    if (depth == MAX_DEPTH) {
      note(left, path + ": its directories are too deep");
      return false;
    }
    boolean[] empty = {true};
    try (Directory inner = in.enter(name, stat)) {
      inner.names(
          child -> {
            FileStat found = inner.stat(child);
            empty[0] &= found == null || delete(inner, child, found, path + "/" + child, depth + 1);
            return !Thread.currentThread().isInterrupted();
          });
    }
    if (!empty[0] || !deletes) {
      return empty[0];
    }
    try {
      in.deleteDirectory(name);
      return true;
    } catch (DirectoryNotEmptyException e) {
      note(left, path + ": something was put into it meanwhile");
      return false;
    }
  }

  private boolean isMounted(Directory in, Path name, FileStat stat) throws IOException {
    return stat.device() != in.stat().device() || mounts().contain(in.path().resolve(name));
  }

  private MountPoints mounts() throws IOException {
    if (mounts == null) {
      mounts = MountPoints.now();
    }
    return mounts;
  }

  /** Where the file system that a directory is on is mounted below the root; null if it is not. */
  private String mount(Directory directory, String path) throws IOException {
    if (path.isEmpty()) {
      device = directory.stat().device();
      return null;
    }
    String mount = mounted.get(path.substring(0, Math.max(0, path.lastIndexOf('/'))));
    if (mount == null
        && (directory.stat().device() != device || mounts().contain(directory.path()))) {
      mount = path;
    }
    if (mount != null) {
      mounted.put(path, mount);
    }
    return mount;
  }

  private static void note(List<String> list, String text) {
    if (list.size() < TreeChanges.MAX_NAMES) {
      list.add(text);
    }
  }
}
