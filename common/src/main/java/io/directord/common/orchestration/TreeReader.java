package io.directord.common.orchestration;

import io.directord.common.component.PlanException;
import io.directord.common.security.Digests;
import io.directord.common.storage.IoErrors;
import io.directord.common.tree.Excludes;
import io.directord.common.tree.FileState;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.tree.KnownFingerprints;
import io.directord.common.tree.LocalTree;
import io.directord.common.tree.Manifest;
import io.directord.common.tree.TreeEntry;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RecursiveTask;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads a directory that a job delivers, once, with the content of all its files. Directories are
 * read by a few threads at once.
 */
final class TreeReader {
  /** Maximum number of errors and of left out paths that are named. */
  private static final int MAX_NAMED = 10;

  private static final int BUFFER_BYTES = 64 << 10;
  private static final int MAX_THREADS = 4;

  private static final String ATTRIBUTES = "unix:mode," + FileState.ATTRIBUTES;
  private static final int TYPE = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;
  private static final int PERMISSIONS = 0777;

  /** What Java decodes invalid bytes of a name to. */
  private static final char REPLACED = '\ufffd';

  private final Path root;
  private final Excludes excludes;
  private final KnownFingerprints fingerprints;
  private final FingerprintStore store;
  private final String name;
  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();
  private Listing all;

  private record Child(String name, Path file) {}

  /** What is in a directory, in order. */
  private static final class Listing {
    final List<TreeEntry> entries = new ArrayList<>();
    final List<Path> others = new ArrayList<>();
    final List<String> errors = new ArrayList<>();

    void add(Listing below) {
      entries.addAll(below.entries);
      others.addAll(below.others);
      errors.addAll(below.errors);
    }

    void error(Path file, IOException e) {
      errors.add(file + ": " + IoErrors.say(e));
    }
  }

  /**
   * @param root a directory; links in it are not followed
   * @param store of fingerprints of files
   * @param maxBytes of its files together; beyond that none is read
   */
  TreeReader(Path root, Excludes excludes, FingerprintStore store, long maxBytes) {
    this.maxBytes = maxBytes;
    this.root = root;
    this.excludes = excludes;
    this.store = store;
    this.name = kept(root, excludes);
    this.fingerprints = store.load(name);
  }

  /** What {@link FingerprintStore} knows the fingerprints of a directory's files by. */
  static String kept(Path root, Excludes excludes) {
    return "from " + root + " without " + excludes;
  }

  /**
   * Reads all of it.
   *
   * @throws PlanException naming what cannot be read
   */
  LocalTree read() throws PlanException {
    ForkJoinPool threads =
        new ForkJoinPool(Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()));
    try {
      all = threads.invoke(new Reading(root, ""));
    } finally {
      threads.shutdown();
    }
    if (bytes.get() > maxBytes) {
      throw Sources.tooLarge(root, maxBytes);
    }
    List<TreeEntry> entries = all.entries;
    int more = all.errors.size() - MAX_NAMED;
    if (!all.errors.isEmpty()) {
      throw new PlanException(
          String.join("; ", all.errors.subList(0, Math.min(MAX_NAMED, all.errors.size())))
              + (more > 0 ? "; and " + more + " more" : ""));
    }
    if (entries.size() > Manifest.MAX_ENTRIES) {
      throw new PlanException(
          root
              + " has "
              + entries.size()
              + " entries; at most "
              + Manifest.MAX_ENTRIES
              + " are delivered by one job: deliver its directories by jobs of their own");
    }
    byte[] manifest = Manifest.of(entries);
    if (manifest.length > Manifest.MAX_BYTES) {
      throw new PlanException(
          root
              + ": the list of its entries is longer than "
              + (Manifest.MAX_BYTES >> 20)
              + " MiB: deliver its directories by jobs of their own");
    }
    store.save(name, fingerprints);
    return new LocalTree(root, Digests.sha256(manifest), manifest, entries);
  }

  boolean isEmpty() {
    return all.entries.isEmpty();
  }

  int files() {
    return (int) all.entries.stream().filter(TreeEntry::isFile).count();
  }

  long bytes() {
    return all.entries.stream().mapToLong(TreeEntry::size).sum();
  }

  /** What is not a file, directory or link. */
  List<Path> others() {
    return all.others;
  }

  /** Lists one directory. */
  private final class Reading extends RecursiveTask<Listing> {
    private static final long serialVersionUID = 1;

    private final transient Path directory;
    private final String path;
    private final transient Listing listing = new Listing();

    /** Where the content of directories goes: their number of entries before it. */
    private final transient Map<Integer, Reading> below = new LinkedHashMap<>();

    Reading(Path directory, String path) {
      this.directory = directory;
      this.path = path;
    }

    @Override
    protected Listing compute() {
      List<Child> children = new ArrayList<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
        for (Path child : stream) {
          children.add(new Child(child.getFileName().toString(), child));
        }
      } catch (DirectoryIteratorException e) {
        listing.error(directory, e.getCause());
        return listing;
      } catch (IOException e) {
        listing.error(directory, e);
        return listing;
      }
      children.sort(Comparator.comparing(Child::name));
      String above = path.isEmpty() ? "" : path + "/";
      for (Child child : children) {
        try {
          entry(child, above.concat(child.name));
        } catch (IOException e) {
          listing.error(child.file, e);
        }
      }
      return below.isEmpty() ? listing : joined();
    }

    private Listing joined() {
      Listing whole = new Listing();
      int from = 0;
      for (Map.Entry<Integer, Reading> directory : below.entrySet()) {
        whole.entries.addAll(listing.entries.subList(from, directory.getKey()));
        whole.add(directory.getValue().join());
        from = directory.getKey();
      }
      whole.entries.addAll(listing.entries.subList(from, listing.entries.size()));
      whole.others.addAll(listing.others);
      whole.errors.addAll(listing.errors);
      return whole;
    }

    private void entry(Child child, String path) throws IOException {
      Path file = child.file;
      Map<String, Object> attributes =
          Files.readAttributes(file, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      int mode = (Integer) attributes.get("mode");
      int type = mode & TYPE;
      if (excludes.match(path, type == DIRECTORY)) {
        return;
      }
      if (!isUnicode(child.name, file.getFileName())) {
        listing.errors.add(file + ": the name is not UTF-8: rename it");
      } else if (type == LINK) {
        link(file, path);
      } else if (type == DIRECTORY) {
        listing.entries.add(TreeEntry.directory(path, mode & PERMISSIONS));
        Reading reading = new Reading(file, path);
        below.put(listing.entries.size(), reading);
        reading.fork();
      } else if (type == REGULAR) {
        FileState state = FileState.of(attributes);
        if (bytes.addAndGet(state.size()) > maxBytes) {
          return;
        }
        String sha256 = fingerprints.find(state);
        listing.entries.add(
            sha256 == null
                ? regular(file, path, mode & PERMISSIONS, state)
                : TreeEntry.file(path, mode & PERMISSIONS, state.size(), sha256));
      } else {
        listing.others.add(file);
      }
    }

    private void link(Path file, String path) throws IOException {
      Path target = Files.readSymbolicLink(file);
      if (isUnicode(target.toString(), target)) {
        listing.entries.add(TreeEntry.link(path, target.toString()));
      } else {
        listing.errors.add(file + ": where the link leads is not UTF-8");
      }
    }
  }

  private static boolean isUnicode(String text, Path path) {
    return text.indexOf(REPLACED) < 0 || Path.of(text).equals(path);
  }

  private TreeEntry regular(Path file, String path, int mode, FileState state) throws IOException {
    long readAt = fingerprints.now();
    FileDigest read = FileDigest.of(file, (int) Math.min(BUFFER_BYTES, state.size() + 1));
    if (read.size() == state.size()) {
      fingerprints.add(file, state, read.sha256(), readAt);
    }
    return TreeEntry.file(path, mode, read.size(), read.sha256());
  }
}
