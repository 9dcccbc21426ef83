package io.directord.common.orchestration;

import io.directord.common.config.ContainerImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The directories of the host that a command in a container sees at the same path. Missing files
 * get a hint about these.
 */
final class ContainerView {
  /** Mounts of the kernel and the container, which are not the host's files. */
  private static final Set<String> VIRTUAL =
      Set.of(
          "bpf",
          "cgroup",
          "cgroup2",
          "debugfs",
          "devpts",
          "devtmpfs",
          "fuse.lxcfs",
          "hugetlbfs",
          "mqueue",
          "overlay",
          "proc",
          "ramfs",
          "securityfs",
          "sysfs",
          "tmpfs",
          "tracefs");

  private final Path root;
  private final Map<String, String> environment;

  ContainerView() {
    this(Path.of("/"), System.getenv());
  }

  /**
   * @param root of the inspected file system
   */
  ContainerView(Path root, Map<String, String> environment) {
    this.root = root;
    this.environment = environment;
  }

  /** A hint to be appended to the message about a missing file; empty outside the image. */
  String hint() {
    if (ContainerImage.runtimeDirectory(environment).isEmpty()) {
      return "";
    }
    Set<String> directories = mirrored();
    return directories.isEmpty()
        ? ". This command runs in a container, which sees no directory of its host: mount one at the path that it has there (--volume DIR:DIR), put the file into it, and name it"
            + " by its whole path"
        : ". This command runs in a container, which sees of its host's directories only "
            + String.join(" and ", directories)
            + ": put the file there, and name it by its whole path";
  }

  private Set<String> mirrored() {
    Set<String> directories = new TreeSet<>();
    try (Stream<String> lines = Files.lines(root.resolve("proc/self/mountinfo"))) {
      lines.forEach(line -> mount(line, directories));
    } catch (IOException e) {
      // The directories cannot be named then; the remedy is the same.
      return Set.of();
    }
    return directories;
  }

  /**
   * A line of proc(5)'s mountinfo: the fourth word is the directory in the mounted file system, the
   * fifth where it is mounted; after a single dash stands the type.
   */
  private void mount(String line, Set<String> directories) {
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    int dash = words.indexOf("-");
    if (dash < 5 || dash + 1 >= words.size() || VIRTUAL.contains(words.get(dash + 1))) {
      return;
    }
    String from = plain(words.get(3));
    String to = plain(words.get(4));
    boolean samePath = from.endsWith(to) || to.endsWith(from) || from.equals("/");
    if (samePath && to.length() > 1 && Files.isDirectory(root.resolve(to.substring(1)))) {
      directories.add(to);
    }
  }

  /** Spaces and the like are written as three octal digits. */
  private static String plain(String word) {
    return word.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
  }
}
