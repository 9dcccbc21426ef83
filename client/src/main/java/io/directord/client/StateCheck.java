package io.directord.client;

import io.directord.client.cache.NodeCache;
import io.directord.client.journal.JournalOpener;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.LaterVersionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Looks into a client's state directory: whether it is there, can be used, and a client uses it
 * now. The lock is looked up in the kernel's list, since to try it would disturb a client that
 * starts.
 */
final class StateCheck {
  private static final String CHECK = "state";
  private static final String CACHE = "cache";
  private static final Path LOCKS = Path.of("/proc/locks");

  private StateCheck() {}

  static List<Finding> of(Path state) {
    try {
      return found(state);
    } catch (IOException e) {
      return List.of(unreadable(CHECK, state, e));
    }
  }

  /** Of the cache. */
  static Finding ofCache(Path cache) {
    Finding place = place(CACHE, cache, "--cache-path");
    try {
      return place.kind() == Finding.Kind.WRONG
          ? place
          : NodeCache.damage(cache)
              .map(
                  damage ->
                      damaged(
                          CACHE,
                          "the cache in " + cache,
                          damage,
                          "arguments and variables that are missing must be set again"))
              .orElse(place);
    } catch (IOException e) {
      return unreadable(CACHE, cache, e);
    }
  }

  /** A client works with what is left. */
  private static Finding damaged(String check, String what, String damage, String loss) {
    return Finding.warning(
        check,
        what + " is damaged: " + damage,
        "a client that starts keeps the file aside, and goes on with what is sound in it; " + loss);
  }

  private static Finding unreadable(String check, Path directory, IOException e) {
    if (e instanceof LaterVersionException) {
      return Finding.wrong(check, IoErrors.sayWhere(e), "");
    }
    return Finding.wrong(
        check,
        "the directory " + directory + " cannot be read: " + IoErrors.sayWhere(e),
        "give this command as the client's user");
  }

  /** Whether a directory can be used, or made where it is not there yet. */
  private static Finding place(String check, Path directory, String option) {
    Path there = existing(directory);
    if (!Files.isDirectory(there) || !Files.isWritable(there) || !Files.isReadable(there)) {
      return Finding.wrong(
          check,
          there
              + " is not a directory that this user can write to"
              + (Files.exists(directory) ? "" : ", so that " + directory + " cannot be made"),
          "give this command as the client's user; or choose another one with " + option);
    }
    return Finding.ok(
        check,
        Files.exists(directory)
            ? directory + " can be used"
            : directory + " is not there yet: no client has run here with it");
  }

  /** The directory, or what is there nearest above it. */
  static Path existing(Path directory) {
    Path there = directory.toAbsolutePath();
    while (!Files.exists(there)) {
      there = there.getParent();
    }
    return there;
  }

  private static List<Finding> found(Path state) throws IOException {
    Finding place = place(CHECK, state, "--state-path");
    if (place.kind() == Finding.Kind.WRONG || !Files.exists(state)) {
      return List.of(place);
    }
    List<Finding> found = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    try (Stream<Path> files = Files.list(state)) {
      files
          .filter(file -> !Files.isSymbolicLink(file) && !Files.isReadable(file))
          .forEach(file -> unreadable.add(file.getFileName().toString()));
    }
    found.add(
        unreadable.isEmpty()
            ? JournalOpener.damage(state)
                .map(
                    damage ->
                        damaged(
                            CHECK,
                            "the journal in " + state,
                            damage,
                            "jobs that were sent here and have not ended are reported as interrupted"))
                .orElse(place)
            : Finding.wrong(
                CHECK,
                "not readable in " + state + ": " + String.join(", ", unreadable),
                "give the files back to the client's user"));
    found.add(
        !isLocked(state.resolve("lock"))
            ? Finding.ok("client", "no client runs here with this state directory")
            : ClientStatus.isConnected(state.getParent())
                ? Finding.ok("client", "a client runs here, and is connected")
                : Finding.warning(
                    "client",
                    "a client runs here, and is not connected",
                    "the lines below, and its log, may say why"));
    return found;
  }

  private static boolean isLocked(Path lock) throws IOException {
    if (!Files.exists(lock) || !Files.isReadable(LOCKS)) {
      return false;
    }
    String inode = ":" + Files.getAttribute(lock, "unix:ino") + " ";
    return Files.readAllLines(LOCKS).stream().anyMatch(line -> line.contains(inode));
  }
}
