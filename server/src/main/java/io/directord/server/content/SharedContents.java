package io.directord.server.content;

import io.directord.server.store.ContentArchive;
import io.directord.server.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What of the contents is in the archive that several servers share, and what is only there. Of a
 * server that has its store alone there is no archive, and nothing is in it. Thread-safe.
 */
final class SharedContents {
  /** Null if there is none. */
  private final ContentArchive archive;

  private final Map<String, ContentArchive.Entry> archived = new ConcurrentHashMap<>();

  /** Those that are not in the directory. */
  private final Set<String> remote = ConcurrentHashMap.newKeySet();

  /**
   * No longer needed, and still in the archive. Its monitor guards also {@link #removing}, and that
   * what is put again is not removed.
   */
  private final Set<String> forgotten = new HashSet<>();

  /** Being removed from the archive. */
  private final Set<String> removing = new HashSet<>();

  private final Map<String, Object> bringing = new ConcurrentHashMap<>();

  /** Writes the stored bytes of a content somewhere. */
  interface Bring {
    void run() throws IOException;
  }

  /** Opens the stored bytes of a content. */
  interface Stored {
    InputStream open() throws IOException;
  }

  SharedContents(ContentArchive archive) {
    this.archive = archive;
  }

  /**
   * What the archive has; all of it is taken to be only there until {@link #isHere} says otherwise.
   */
  List<ContentArchive.Entry> list() {
    List<ContentArchive.Entry> all = archive == null ? List.of() : archive.list();
    for (ContentArchive.Entry entry : all) {
      archived.put(entry.sha256(), entry);
      remote.add(entry.sha256());
    }
    return all;
  }

  /** The directory has it. */
  void isHere(String sha256) {
    remote.remove(sha256);
  }

  boolean isRemote(String sha256) {
    return remote.contains(sha256);
  }

  /** Its stored size, if it is only in the archive; else negative. */
  long remoteBytes(String sha256) {
    ContentArchive.Entry entry = remote.contains(sha256) ? archived.get(sha256) : null;
    return entry == null ? -1 : entry.bytes();
  }

  /** The directory lost it; whether it can be brought again. */
  boolean lost(String sha256) {
    if (archived.containsKey(sha256)) {
      remote.add(sha256);
      return true;
    }
    return false;
  }

  /** Puts it into the archive, unless it is there. */
  void keep(String sha256, long bytes, boolean secret, Stored stored) throws IOException {
    if (archive == null || !begin(sha256)) {
      return;
    }
    ContentArchive.Entry entry = new ContentArchive.Entry(sha256, bytes, secret);
    try (InputStream in = stored.open()) {
      archive.put(entry, in);
    }
    archived.put(sha256, entry);
  }

  /** Whether it has to be put. If it is being removed, waits for the end of that. */
  private boolean begin(String sha256) throws IOException {
    synchronized (forgotten) {
      while (removing.contains(sha256)) {
        try {
          forgotten.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while a content is being removed");
        }
      }
      forgotten.remove(sha256);
      return !archived.containsKey(sha256);
    }
  }

  /** Has it brought here if it is only in the archive; others that want the same wait. */
  void bring(String sha256, Bring bring) throws IOException {
    if (!remote.contains(sha256)) {
      return;
    }
    try {
      synchronized (bringing.computeIfAbsent(sha256, content -> new Object())) {
        if (remote.contains(sha256)) {
          bring.run();
          remote.remove(sha256);
        }
      }
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      bringing.remove(sha256);
    }
  }

  /** Writes what the archive has. */
  void read(String sha256, OutputStream to) throws IOException {
    archive.read(sha256, to);
  }

  /** It is not needed any more; {@link #removeForgotten} removes it. */
  void forget(String sha256) {
    remote.remove(sha256);
    synchronized (forgotten) {
      if (archived.remove(sha256) != null) {
        forgotten.add(sha256);
      }
    }
  }

  /** What cannot be removed now stays for the next time. */
  void removeForgotten() throws IOException {
    Set<String> gone;
    synchronized (forgotten) {
      gone = Set.copyOf(forgotten);
      forgotten.clear();
      removing.addAll(gone);
    }
    if (gone.isEmpty()) {
      return;
    }
    boolean removed = false;
    try {
      archive.remove(gone);
      removed = true;
    } catch (StoreException e) {
      throw new IOException(e.getMessage(), e);
    } finally {
      synchronized (forgotten) {
        removing.removeAll(gone);
        if (!removed) {
          forgotten.addAll(gone);
        }
        forgotten.notifyAll();
      }
    }
  }
}
