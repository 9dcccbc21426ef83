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
 * What a command that runs in a container sees of its host's files: the folders that are mounted at
 * the path that they have there. Whoever stands at the host and misses another file is told so.
 */
final class ContainerView {
  /** Kernel's and container's own, never files of the host. */
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
   * @param root of the file system that is looked at
   */
  ContainerView(Path root, Map<String, String> environment) {
    this.root = root;
    this.environment = environment;
  }

  /** To be put behind the message that a file is not there; empty outside of our image. */
  String hint() {
    if (ContainerImage.runtimeFolder(environment).isEmpty()) {
      return "";
    }
    Set<String> folders = mirrored();
    return folders.isEmpty()
        ? ". This command runs in a container, which sees no folder of its host: mount one at the"
            + " path that it has there (--volume FOLDER:FOLDER), put the file into it, and name it"
            + " by its whole path"
        : ". This command runs in a container, which sees of its host's folders only "
            + String.join(" and ", folders)
            + ": put the file there, and name it by its whole path";
  }

  private Set<String> mirrored() {
    Set<String> folders = new TreeSet<>();
    try (Stream<String> lines = Files.lines(root.resolve("proc/self/mountinfo"))) {
      lines.forEach(line -> mount(line, folders));
    } catch (IOException e) {
      // Then none can be named; what must be done is the same.
      return Set.of();
    }
    return folders;
  }

  /**
   * A line of proc(5)'s mountinfo: the fourth word is the folder in the mounted file system, the
   * fifth where it is mounted; after a single dash stands the type.
   */
  private void mount(String line, Set<String> folders) {
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    int dash = words.indexOf("-");
    if (dash < 5 || dash + 1 >= words.size() || VIRTUAL.contains(words.get(dash + 1))) {
      return;
    }
    String from = plain(words.get(3));
    String to = plain(words.get(4));
    boolean samePath = from.endsWith(to) || to.endsWith(from) || from.equals("/");
    if (samePath && to.length() > 1 && Files.isDirectory(root.resolve(to.substring(1)))) {
      folders.add(to);
    }
  }

  /** Spaces and the like are written as three octal digits. */
  private static String plain(String word) {
    return word.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
  }
}
