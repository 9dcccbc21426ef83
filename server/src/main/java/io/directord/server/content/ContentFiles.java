package io.directord.server.content;

import io.directord.common.security.Digests;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.DurableFiles;
import io.directord.common.tree.FileState;
import io.directord.common.validation.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How contents lie in their directory: a file each, named by its SHA-256, many small ones in one of
 * {@link Packs}, and secrets in {@link SealedContents}. Knows nothing of who needs them.
 * Thread-safe, but whoever stores and removes the same content does so one after the other; methods
 * block on the disk unless stated otherwise.
 */
final class ContentFiles {
  private static final System.Logger LOG = System.getLogger(ContentFiles.class.getName());

  /** How the names of files begin that are not complete; a crash may leave some. */
  static final String INCOMING = "incoming-";

  private static final int BUFFER_BYTES = 256 << 10;

  private final Path directory;
  private final Packs packs = new Packs();
  private final SealedContents secrets;

  /** The contents that are secrets. */
  private final Set<String> sealed = ConcurrentHashMap.newKeySet();

  /**
   * @param secrets in the same directory
   */
  ContentFiles(Path directory, SealedContents secrets) {
    this.directory = directory;
    this.secrets = secrets;
  }

  /**
   * Makes the directory, removes what a dead server has not completed, and finds the contents.
   *
   * @return their fingerprints
   */
  List<String> open() throws IOException {
    PrivateFiles.makeDirectory(directory);
    try (DirectoryStream<Path> halfDone = Files.newDirectoryStream(directory, INCOMING + "*")) {
      for (Path file : halfDone) {
        Files.delete(file);
      }
    }
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String sha256 = name.replaceFirst(SealedContents.SUFFIX + "$", "");
        if (Digests.isSha256(sha256)) {
          found.add(sha256);
          if (!name.equals(sha256)) {
            sealed.add(sha256);
          }
        } else if (name.startsWith(Packs.PREFIX)) {
          Map<String, Packs.Slot> contents = Packs.index(file);
          packs.add(file, contents);
          found.addAll(contents.keySet());
        } else if (!name.equals(Senders.FILE)) {
          LOG.log(Level.WARNING, "{0} is not a content: it is ignored", file);
        }
      }
    }
    return found;
  }

  /** The contents that are secrets, here or elsewhere. */
  Set<String> allSecrets() {
    return Set.copyOf(sealed);
  }

  /** Whether it is a secret. Never waits for the disk. */
  boolean isSecret(String sha256) {
    return sealed.contains(sha256);
  }

  /** That content is a secret, which may not be here. Never waits for the disk. */
  void noteSecret(String sha256) {
    sealed.add(sha256);
  }

  /** That content is neither here nor elsewhere any more. Never waits for the disk. */
  void forgetSecret(String sha256) {
    sealed.remove(sha256);
  }

  /** The pack that a content is in, and where; null if it has a file of its own, or is not here. */
  Packs.Slot slot(String sha256) {
    return packs.slot(sha256);
  }

  /** Where a content is; its size is negative if it is not here. */
  Packs.Slot place(String sha256) throws IOException {
    Packs.Slot slot = packs.slot(sha256);
    return slot == null ? new Packs.Slot(path(sha256), 0, fileSize(sha256)) : slot;
  }

  /** As it is on the disk. */
  private long fileSize(String sha256) throws IOException {
    try {
      return Files.size(path(sha256));
    } catch (NoSuchFileException e) {
      return -1;
    }
  }

  /** What the file is that a content has for itself; null if it is not there. */
  FileState stateOfOwnFile(String sha256) throws IOException {
    return state(path(sha256));
  }

  /** What a file is; null if it is not there. */
  static FileState state(Path file) throws IOException {
    try {
      return FileState.of(Files.readAttributes(file, "unix:" + FileState.ATTRIBUTES));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** The bytes at that place, of a file that is open; closing the stream closes the file. */
  static InputStream part(FileChannel file, Packs.Slot place) throws IOException {
    return new BoundedInput(Channels.newInputStream(file.position(place.offset())), place.size());
  }

  /** Whether a content is here, and is what its name says. */
  boolean isSound(String sha256) throws IOException {
    try {
      return (isSecret(sha256) ? Digests.sha256(secret(sha256)) : digest(sha256)).equals(sha256);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private String digest(String sha256) throws IOException {
    MessageDigest digest = Digests.sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    Packs.Slot place = place(sha256);
    try (InputStream in = part(FileChannel.open(place.pack(), StandardOpenOption.READ), place)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return Digests.hex(digest);
  }

  /** A secret; throws {@link NoSuchFileException} if it is not here, or no key opens it. */
  byte[] secret(String sha256) throws IOException {
    return secrets.read(sha256);
  }

  /**
   * Begins a file for what is received.
   *
   * @param size in bytes if known, else negative
   * @throws NoSpaceException if the disk has no room for it
   */
  IncomingFile incoming(long size) throws IOException {
    if (!Files.isDirectory(directory)) {
      LOG.log(
          Level.ERROR,
          "{0} was removed while it was in use: it is made anew, and the contents that were in it"
              + " are to be sent again",
          directory);
      PrivateFiles.makeDirectory(directory);
    }
    return new IncomingFile(
        new DiskSpace(directory), directory.resolve(INCOMING + UUID.randomUUID()), size);
  }

  /** Makes a complete and synced file that of a content, durably. */
  void install(Path file, String sha256) throws IOException {
    move(file, path(sha256));
  }

  /**
   * Likewise of many contents.
   *
   * @return where the pack is now
   */
  Path installPack(Path file, Map<String, Packs.Slot> contents) throws IOException {
    Path pack = directory.resolve(Packs.PREFIX + UUID.randomUUID());
    move(file, pack);
    packs.add(pack, contents);
    return pack;
  }

  private void move(Path file, Path to) throws IOException {
    Files.move(file, to, StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.syncDirectory(directory);
  }

  /**
   * Stores a secret, durably and sealed.
   *
   * @throws ContentMismatchException if it has another fingerprint
   */
  void installSecret(String sha256, byte[] content) throws IOException {
    secrets.put(sha256, content, INCOMING);
    sealed.add(sha256);
  }

  /**
   * Removes a content.
   *
   * @return whether it was here
   */
  boolean remove(String sha256) throws IOException {
    return packs.remove(sha256) || Files.deleteIfExists(path(sha256));
  }

  /** Its pack was lost: it is looked for in a file of its own from now on. */
  void leavePack(String sha256) throws IOException {
    packs.remove(sha256);
  }

  private Path path(String sha256) {
    requireSha256(sha256);
    return isSecret(sha256) ? secrets.path(sha256) : directory.resolve(sha256);
  }

  /** Nothing else may become the name of a file. */
  static void requireSha256(String text) {
    if (!Digests.isSha256(text)) {
      throw new IllegalArgumentException(
          "a SHA-256 of 64 lower-case hexadecimal digits is expected, not " + Quoted.of(text));
    }
  }
}
