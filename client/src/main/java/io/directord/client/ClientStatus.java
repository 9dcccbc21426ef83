package io.directord.client;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a client runs and is connected to its server, for other processes such as probes. While
 * it is connected, a link in the client's state directory has the client's process as its text,
 * which a full disk has room for; one left by a dead client names a dead process.
 */
public final class ClientStatus {
  private static final Logger LOG = System.getLogger(ClientStatus.class.getName());

  private static final Pattern NAME = Pattern.compile("(\\d{1,10}) \\d+");

  private final Path file;

  /**
   * @param directory the client's own part of the state directory
   */
  ClientStatus(Path directory) {
    this.file = directory.resolve("connected");
  }

  /**
   * @param stateDirectory from the client's settings
   */
  public static boolean isConnected(Path stateDirectory) throws IOException {
    try {
      Path link = new ClientStatus(Client.directory(stateDirectory)).file;
      String named = Files.readSymbolicLink(link).toString();
      Matcher matcher = NAME.matcher(named);
      return matcher.matches()
          && ProcessHandle.of(Long.parseLong(matcher.group(1)))
              .filter(process -> named.equals(name(process)))
              .isPresent();
    } catch (NoSuchFileException | NotLinkException e) {
      return false;
    }
  }

  /**
   * The file with the keys by which the client here knows its server, if it has joined with a join
   * token and needs none any more.
   *
   * @param stateDirectory from the client's settings
   */
  public static Optional<Path> serverKeys(Path stateDirectory) {
    return Optional.of(Client.directory(stateDirectory).resolve(Joining.KNOWN_KEYS))
        .filter(Files::exists);
  }

  /** Notes that this client is connected to its server, or not any more. */
  void connected(boolean now) {
    try {
      if (now) {
        // Moved into place, since others read it at any time.
        Path written = file.resolveSibling("connected.new");
        Files.deleteIfExists(written);
        Files.createSymbolicLink(written, Path.of(name(ProcessHandle.current())));
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Only the status depends on it: a full disk must not end the client.
      LOG.log(
          Level.WARNING, "cannot note whether the server is connected: {0}", IoErrors.sayWhere(e));
    }
  }

  /** Process ids are reused; with the time of the start they are unique. */
  private static String name(ProcessHandle process) {
    return process.pid()
        + " "
        + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
