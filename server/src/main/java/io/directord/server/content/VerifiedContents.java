package io.directord.server.content;

import io.directord.common.tree.FileState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which contents were read and found to be what their names say, and what their files were then. A
 * content whose file has not changed since is not read again. Thread-safe; methods block on the
 * disk unless stated otherwise.
 */
final class VerifiedContents {
  private final ContentFiles files;
  private final Map<String, FileState> states = new ConcurrentHashMap<>();

  VerifiedContents(ContentFiles files) {
    this.files = files;
  }

  /**
   * Where a content was, and what its file was.
   *
   * @param slot null if it was in no pack
   * @param state null if the file was not there
   */
  record Found(Packs.Slot slot, FileState state) {}

  /**
   * Looks for a content.
   *
   * @param packs what the files of packs are; those that this looks at are added
   */
  Found find(String sha256, Map<Path, FileState> packs) throws IOException {
    Packs.Slot slot = files.slot(sha256);
    FileState state = slot == null ? files.stateOfOwnFile(sha256) : packs.get(slot.pack());
    if (slot != null && state == null) {
      state = ContentFiles.state(slot.pack());
      packs.put(slot.pack(), state);
    }
    return new Found(slot, state);
  }

  /** Whether what was found is there and undamaged; it is read unless it was verified before. */
  boolean verify(String sha256, Found found) throws IOException {
    FileState state = found.state();
    boolean isSound = state != null && (state.equals(states.get(sha256)) || files.isSound(sha256));
    if (isSound) {
      states.put(sha256, state);
    }
    return isSound;
  }

  /** Whether a content is where it was found, and its own file is as it was then. */
  boolean isUnchanged(String sha256, Found found) throws IOException {
    return files.slot(sha256) == found.slot()
        && (found.slot() != null || Objects.equals(found.state(), files.stateOfOwnFile(sha256)));
  }

  /** The content was just stored in a file of its own. */
  void stored(String sha256) throws IOException {
    stored(sha256, files.stateOfOwnFile(sha256));
  }

  /**
   * The content was just stored. Never waits for the disk.
   *
   * @param state of its file; null if it is gone already
   */
  void stored(String sha256, FileState state) {
    if (state != null) {
      states.put(sha256, state);
    }
  }

  /** What its file was when it was last verified; null if it was not. Never waits for the disk. */
  FileState state(String sha256) {
    return states.get(sha256);
  }

  /** It is verified when it is next asked for. Never waits for the disk. */
  void forget(String sha256) {
    states.remove(sha256);
  }
}
