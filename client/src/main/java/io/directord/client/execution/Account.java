package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.storage.IoErrors;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A user as a root's {@code /etc/passwd} and {@code /etc/group} have it.
 *
 * @param groups ids of all its groups, its own first
 */
record Account(String name, long uid, List<Long> groups, String home) {
  private static final long MAX_ID = 0xffff_fffeL;

  /** Longer files are not those of a root. */
  private static final long MAX_BYTES = 16 << 20;

  /**
   * @param user name or number; a number that no user has is a user with one group of the same
   *     number
   * @throws JobException if there is no such user
   */
  static Account of(String user, RootDirectory root) throws JobException {
    boolean isNumber = user.matches("[0-9]{1,10}");
    if (isNumber && Long.parseLong(user) > MAX_ID) {
      throw new JobException("--user: the largest user id is " + MAX_ID + ", not " + user);
    }
    try {
      List<String[]> found =
          lines(root, "/etc/passwd", 7, line -> line[isNumber ? 2 : 0].equals(user));
      if (!found.isEmpty()) {
        String[] line = found.get(0);
        return new Account(line[0], id(line[2]), groups(line, root), line[5]);
      }
    } catch (IOException | NumberFormatException e) {
      throw new JobException("--user: /etc/passwd of " + named(root) + ": " + say(e), e);
    }
    if (isNumber) {
      long id = Long.parseLong(user);
      return new Account(user, id, List.of(id), "/");
    }
    throw new JobException("--user: /etc/passwd of " + named(root) + " has no user " + user);
  }

  private static String named(RootDirectory root) {
    Path directory = root.directory();
    return directory.getNameCount() == 0 ? "this node" : "the root " + directory;
  }

  private static String say(Exception e) {
    return e instanceof IOException failed ? IoErrors.say(failed) : e.getMessage();
  }

  private static List<Long> groups(String[] user, RootDirectory root) throws IOException {
    long own = id(user[3]);
    TreeSet<Long> others = new TreeSet<>();
    for (String[] group :
        lines(root, "/etc/group", 4, line -> List.of(line[3].split(",")).contains(user[0]))) {
      others.add(id(group[2]));
    }
    others.remove(own);
    return Stream.concat(Stream.of(own), others.stream()).toList();
  }

  private static long id(String text) throws IOException {
    long id = Long.parseLong(text);
    if (id < 0 || id > MAX_ID) {
      throw new IOException(text + " is not the id of a user or group");
    }
    return id;
  }

  /** The fields of the wanted lines; none if there is no such file. */
  private static List<String[]> lines(
      RootDirectory root, String file, int fields, Predicate<String[]> wanted) throws IOException {
    Path path;
    try {
      path = root.find(file);
    } catch (NoSuchFileException e) {
      return List.of();
    }
    if (!Files.isRegularFile(path) || Files.size(path) > MAX_BYTES) {
      throw new IOException("it is not a file of at most " + (MAX_BYTES >> 20) + " MiB");
    }
    try (BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
      return reader
          .lines()
          .map(line -> line.split(":", -1))
          .filter(line -> line.length >= fields && wanted.test(line))
          .toList();
    }
  }

  /** Options of {@code chroot} that make a process this user's. */
  List<String> options() {
    String all = groups.stream().map(String::valueOf).collect(Collectors.joining(","));
    return List.of("--userspec=+" + uid + ":+" + groups.get(0), "--groups=" + all);
  }

  /** Variables of its commands. */
  Map<String, String> variables() {
    return Map.of("HOME", home, "USER", name, "LOGNAME", name);
  }
}
