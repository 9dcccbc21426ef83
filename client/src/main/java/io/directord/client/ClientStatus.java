package io.directord.client;

import io.directord.common.security.PrivateFiles;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a client runs and its server has welcomed it, for those who ask from another process,
 * such as probes. While it is so, a file in the client's state folder names the client's process;
 * one that a dead client left names none that lives.
 */
public final class ClientStatus {
  private static final Logger LOG = System.getLogger(ClientStatus.class.getName());

  private final Path file;

  /**
   * @param folder the client's own in the state folder
   */
  ClientStatus(Path folder) {
    this.file = folder.resolve("connected");
  }

  /**
   * @param stateFolder as the client's settings have it
   */
  public static boolean isConnected(Path stateFolder) throws IOException {
    try {
      String named = Files.readString(new ClientStatus(Client.folder(stateFolder)).file);
      long pid = Long.parseLong(named.substring(0, named.indexOf(' ')));
      Optional<ProcessHandle> process = ProcessHandle.of(pid);
      return process.isPresent() && named.equals(name(process.get()));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Notes that the server has welcomed this client, or that it is no longer heard. */
  void connected(boolean now) {
    try {
      if (now) {
        // Made anew with its mode: the one that is there may have another.
        Files.deleteIfExists(file);
        Files.createFile(file, PrivateFiles.mode());
        Files.writeString(file, name(ProcessHandle.current()));
      } else {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Only answers about the status depend on it: a full disk must not end the client.
      LOG.log(Level.WARNING, "cannot note whether the server is connected: {0}", e.toString());
    }
  }

  /** Numbers of processes are used again, with the moment of the start they are unique. */
  private static String name(ProcessHandle process) {
    return process.pid()
        + " "
        + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
