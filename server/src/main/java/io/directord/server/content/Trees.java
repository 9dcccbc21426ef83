package io.directord.server.content;

import io.directord.common.tree.FileState;
import io.directord.common.tree.Manifest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The trees whose manifests are in the store; those that were used last are kept in memory.
 * Thread-safe; methods block on the disk.
 */
public final class Trees {
  private static final long MAX_WEIGHT = 8 << 20;

  private final ContentStore store;
  private final Map<Version, TreeFiles> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  /** A manifest, as it was verified. */
  private record Version(String manifest, FileState verified) {}

  public Trees(ContentStore store) {
    this.store = store;
  }

  /**
   * The files of a tree.
   *
   * @param manifest its fingerprint
   * @throws java.nio.file.NoSuchFileException if the manifest is not stored
   * @throws io.directord.common.tree.InvalidTreeException if the content is not a manifest
   */
  TreeFiles files(String manifest) throws IOException {
    Version version = new Version(manifest, store.verified(manifest));
    synchronized (kept) {
      TreeFiles known = kept.get(version);
      if (known != null) {
        return known;
      }
    }
    if (store.size(manifest) > Manifest.MAX_BYTES) {
      throw new IOException(
          "the manifest of a directory has at most " + (Manifest.MAX_BYTES >> 20) + " MiB");
    }
    TreeFiles read;
    try (InputStream in = new BufferedInputStream(store.stream(manifest))) {
      read = TreeFiles.of(in);
    }
    keep(version, read);
    return read;
  }

  private void keep(Version version, TreeFiles files) {
    synchronized (kept) {
      if (kept.put(version, files) == null) {
        weight += files.weight();
      }
      Iterator<TreeFiles> eldest = kept.values().iterator();
      while (weight > MAX_WEIGHT && kept.size() > 1) {
        weight -= eldest.next().weight();
        eldest.remove();
      }
    }
  }

  /**
   * The contents of a tree that the store lacks or has damaged, its manifest included; the leases
   * of the others are renewed.
   *
   * @param limit maximum number
   * @param sender the caller who must have sent them, see {@link Senders#has}
   */
  public Set<String> missing(String manifest, int limit, String sender) throws IOException {
    if (!store.has(manifest, sender)) {
      return Set.of(manifest);
    }
    TreeFiles files = files(manifest);
    Set<String> missing = new LinkedHashSet<>();
    Map<Path, FileState> packs = new HashMap<>();
    for (int i = 0; i < files.count(); i++) {
      String sha256 = files.sha256(i);
      // No directory has a secret in it: its content begins with random bytes.
      boolean isThere =
          store.senders().has(sha256, sender)
              && !store.isSecret(sha256)
              && store.has(sha256, packs);
      if (!isThere && missing.size() < limit) {
        missing.add(sha256);
      }
    }
    return missing;
  }
}
