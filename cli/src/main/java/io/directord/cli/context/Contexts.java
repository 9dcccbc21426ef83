package io.directord.cli.context;

import io.directord.common.config.Home;
import io.directord.common.json.Json;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;

/**
 * The contexts of a user, in a file of mode 0600: it has their tokens. Every change reads the file
 * anew, under a lock.
 */
public final class Contexts {
  /** The name that stands for the server's socket on this machine. */
  public static final String SOCKET = "socket";

  private static final String FILE = "contexts.json";

  private final Path file;

  /**
   * The file's content.
   *
   * @param current null if none was chosen
   */
  public record Known(String current, Map<String, ServerContext> contexts) {
    public Known {
      contexts = contexts == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(contexts));
    }
  }

  /** A change of what is known. */
  @FunctionalInterface
  public interface Edit {
    /**
     * @param contexts may be changed
     * @return the current one from now on, or null
     */
    String apply(String current, Map<String, ServerContext> contexts);
  }

  private Contexts(Path file) {
    this.file = file;
  }

  /** Those of the user of this process. */
  public static Contexts of(Map<String, String> environment) {
    String base = environment.get("XDG_CONFIG_HOME");
    Path directory =
        base != null && base.startsWith("/")
            ? Path.of(base)
            : Home.of(environment).resolve(".config");
    return new Contexts(directory.resolve("directord").resolve(FILE));
  }

  /** Where they are. */
  public Path file() {
    return file;
  }

  /**
   * What is in the file now.
   *
   * @throws IOException in words for people, if it cannot be used or others may read it
   */
  public Known read() throws IOException {
    if (!Files.exists(file)) {
      return new Known(null, Map.of());
    }
    try {
      Known known = Json.read(PrivateFiles.read(file), Known.class);
      for (var one : known.contexts().entrySet()) {
        if (one.getValue() == null || !one.getValue().isWhole()) {
          throw unfit(
              "its context " + one.getKey() + " lacks host, port, fingerprint or token", null);
        }
      }
      return known;
    } catch (NoSuchFileException e) {
      return new Known(null, Map.of());
    } catch (JacksonException e) {
      throw unfit("it is not JSON as directord writes it", e);
    }
  }

  private IOException unfit(String why, Exception cause) {
    return new IOException(
        file
            + " cannot be used, since "
            + why
            + ": remove it, and log in again with 'directord login'",
        cause);
  }

  /** Changes the file, and returns what it has then. */
  public Known edit(Edit edit) throws IOException {
    PrivateFiles.makeDirectory(file.getParent());
    Path lockFile = file.resolveSibling(FILE + ".lock");
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assert lock.isValid();
      Known before = read();
      Map<String, ServerContext> contexts = new TreeMap<>(before.contexts());
      Known after = new Known(edit.apply(before.current(), contexts), contexts);
      PrivateFiles.replace(file, Json.bytes(after));
      return after;
    } catch (FileSystemException e) {
      throw new IOException("the contexts cannot be kept: " + IoErrors.sayWhere(e), e);
    }
  }
}
