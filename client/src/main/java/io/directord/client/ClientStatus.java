package io.directord.client;

import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a client runs and is connected to its server, for other processes such as probes. While
 * it is connected, a file in the client's state directory names the client's process; a file left
 * by a dead client names a dead process.
 */
public final class ClientStatus {
  private static final Logger LOG = System.getLogger(ClientStatus.class.getName());

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
      String named = Files.readString(new ClientStatus(Client.directory(stateDirectory)).file);
      long pid = Long.parseLong(named.substring(0, named.indexOf(' ')));
      Optional<ProcessHandle> process = ProcessHandle.of(pid);
      return process.isPresent() && named.equals(name(process.get()));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Notes that this client is connected to its server, or not any more. */
  void connected(boolean now) {
    try {
      if (now) {
        // Recreated with its mode, since an existing file may have another one.
        Files.deleteIfExists(file);
        Files.createFile(file, PrivateFiles.mode());
        Files.writeString(file, name(ProcessHandle.current()));
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
