package io.directord.server.content;

import io.directord.common.storage.IoErrors;
import io.directord.common.wire.PackHeader;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Small contents that are stored many to a file, since syncing each to the disk would take
 * milliseconds. A file is removed when none of its contents is needed. Thread-safe.
 */
final class Packs {
  /** How the names of these files begin. */
  static final String PREFIX = "pack-";

  private static final System.Logger LOG = System.getLogger(Packs.class.getName());

  private final Map<String, Slot> slots = new ConcurrentHashMap<>();

  /** How many needed contents each file has. Guarded by this. */
  private final Map<Path, Integer> uses = new HashMap<>();

  /**
   * Where a content is.
   *
   * @param pack the file
   * @param offset in it, in bytes
   */
  record Slot(Path pack, long offset, long size) {}

  /** Where a content is; null if it is in no pack. */
  Slot slot(String sha256) {
    return slots.get(sha256);
  }

  /**
   * Reads what is in a file.
   *
   * @return its contents; those after a damaged place are missing
   */
  static Map<String, Slot> index(Path pack) throws IOException {
    Map<String, Slot> found = new LinkedHashMap<>();
    try (FileChannel in = FileChannel.open(pack, StandardOpenOption.READ)) {
      ByteBuffer header = ByteBuffer.allocate(PackHeader.BYTES);
      for (long at = 0; at < in.size(); ) {
        header.clear();
        while (header.hasRemaining() && in.read(header, at + header.position()) >= 0) {
          continue;
        }
        PackHeader next = header.hasRemaining() ? null : PackHeader.read(header.flip());
        if (next == null || next.size() > in.size() - at - PackHeader.BYTES) {
          throw new IOException("it is cut short");
        }
        found.put(next.sha256(), new Slot(pack, at + PackHeader.BYTES, next.size()));
        at += PackHeader.BYTES + next.size();
      }
    } catch (IOException e) {
      LOG.log(
          Level.ERROR,
          "{0} is damaged: what is behind that place must be sent again: {1}",
          pack,
          IoErrors.say(e));
    }
    return found;
  }

  /** Adds the contents of a file, but those that are there already. */
  synchronized void add(Path pack, Map<String, Slot> contents) throws IOException {
    int added = 0;
    for (Map.Entry<String, Slot> content : contents.entrySet()) {
      Slot slot = new Slot(pack, content.getValue().offset(), content.getValue().size());
      added += slots.putIfAbsent(content.getKey(), slot) == null ? 1 : 0;
    }
    if (added == 0) {
      Files.deleteIfExists(pack);
    } else {
      uses.put(pack, added);
    }
  }

  /**
   * Removes a content.
   *
   * @return whether it was in a pack
   */
  synchronized boolean remove(String sha256) throws IOException {
    Slot slot = slots.remove(sha256);
    if (slot == null) {
      return false;
    }
    if (uses.merge(slot.pack(), -1, Integer::sum) == 0) {
      uses.remove(slot.pack());
      Files.deleteIfExists(slot.pack());
    }
    return true;
  }
}
