package io.directord.client.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * A hierarchy of control groups, and this process's group in it.
 *
 * @param own directory of that group
 * @param isUnified whether it is of version 2
 */
record Hierarchy(Path own, boolean isUnified) {
  private static final Path PROC = Path.of("/proc/self");

  /** Group of this client where another one must be free of processes. */
  private static final String LEAF = "directord-client";

  /**
   * Finds the hierarchy that has a controller.
   *
   * @throws IOException saying why there is none
   */
  static Hierarchy of(String controller) throws IOException {
    return of(controller, PROC);
  }

  /**
   * @param proc directory with the files {@code cgroup} and {@code mountinfo}
   */
  static Hierarchy of(String controller, Path proc) throws IOException {
    List<String> groups = Files.readAllLines(proc.resolve("cgroup"));
    Hierarchy unified = null;
    for (String line : Files.readAllLines(proc.resolve("mountinfo"))) {
      String[] halves = line.split(" - ", 2);
      String[] mount = halves[0].split(" ");
      String[] type = halves[1].split(" ");
      List<String> options = Arrays.asList(type[type.length - 1].split(","));
      if (type[0].equals("cgroup") && options.contains(controller)) {
        return new Hierarchy(own(groups, controller, mount), false);
      }
      if (type[0].equals("cgroup2")) {
        unified = new Hierarchy(own(groups, "", mount), true).withoutLeaf();
      }
    }
    if (unified == null || !unified.words("cgroup.controllers").contains(controller)) {
      throw new IOException(
          "the kernel, or what contains this system, gives the client no control groups for "
              + controller);
    }
    return unified;
  }

  /** A line is {@code NUMBER:CONTROLLERS:PATH}; a mount may show a part of the hierarchy only. */
  private static Path own(List<String> groups, String controller, String[] mount) {
    Path mountPoint = Path.of(mount[4]);
    for (String line : groups) {
      String[] fields = line.split(":", 3);
      if (Arrays.asList(fields[1].split(",")).contains(controller)) {
        Path shown = Path.of(mount[3]);
        Path path = Path.of(fields[2]);
        Path below = path.startsWith(shown) ? shown.relativize(path) : Path.of("");
        return mountPoint.resolve(below.toString());
      }
    }
    return mountPoint;
  }

  private Hierarchy withoutLeaf() {
    return own.endsWith(LEAF) ? new Hierarchy(own.getParent(), isUnified) : this;
  }

  private List<String> words(String file) throws IOException {
    Path path = own.resolve(file);
    return Files.exists(path) ? List.of(Files.readString(path).strip().split(" ")) : List.of();
  }

  /**
   * Makes a group below this process's own.
   *
   * @throws IOException if this process may not
   */
  Path make(String name, String controller) throws IOException {
    if (isUnified && !words("cgroup.subtree_control").contains(controller)) {
      delegate("+" + controller);
    }
    Path group = own.resolve(name);
    if (!Files.isDirectory(group)) {
      Files.createDirectory(group);
    }
    return group;
  }

  /** In version 2, a group whose children have controllers must have no processes of its own. */
  private void delegate(String controller) throws IOException {
    try {
      write(own.resolve("cgroup.subtree_control"), controller);
    } catch (IOException e) {
      Path leaf = own.resolve(LEAF);
      if (!Files.isDirectory(leaf)) {
        Files.createDirectory(leaf);
      }
      for (String pid : Files.readAllLines(own.resolve("cgroup.procs"))) {
        write(leaf.resolve("cgroup.procs"), pid);
      }
      write(own.resolve("cgroup.subtree_control"), controller);
    }
  }

  static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.WRITE);
  }
}
