package io.directord.client.files;

import io.directord.common.component.JobException;
import io.directord.common.tree.Excludes;
import io.directord.common.tree.KnownFingerprints;
import io.directord.common.tree.TreeEntry;
import io.directord.common.tree.TreeOptions;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says what {@link TreeUpdate} would do, and writes nothing. Used once; not thread-safe. */
public final class TreeComparison implements AutoCloseable {
  /** Number of files that differ which are kept for their differences. */
  private static final int MAX_DIFFERING = 1000;

  private static final int FOR_EVERYONE = 0004;
  private static final int ENTERED_BY_EVERYONE = 0001;
  private static final int SPECIAL_BITS = 07000;

  private final Path path;
  private final List<TreeEntry> entries;
  private final Attributes wanted;
  private final TreeOptions options;
  private final Destination destination;
  private final TreeWalk walk;
  private final EntryContent content;
  private final TreeDeletion deletion;

  /** Directories that are not there yet. */
  private final Set<String> missing = new HashSet<>();

  /** Directories that not everyone may enter, before or after. */
  private final Set<String> closed = new HashSet<>();

  private final NamedCount made = new NamedCount();
  private final NamedCount changed = new NamedCount();
  private final NamedCount deleted = new NamedCount();
  private final List<Differing> differing = new ArrayList<>();
  private int unchanged;

  /**
   * A file whose content would be another one.
   *
   * @param before the size now; below 0 if there is no file
   * @param shown whether everyone may read the content, before and after
   */
  public record Differing(TreeEntry entry, long before, boolean shown) {}

  private TreeComparison(
      Path path,
      Destination destination,
      List<TreeEntry> entries,
      Attributes wanted,
      TreeOptions options,
      KnownFingerprints known) {
    this.path = path;
    this.content = new EntryContent(known);
    this.destination = destination;
    this.entries = entries;
    this.wanted = wanted;
    this.options = options;
    this.walk = destination == null ? null : new TreeWalk(destination.directory());
    this.deletion = new TreeDeletion(new Excludes(options.exclude()), false);
  }

  /**
   * @param isThere whether the directory exists
   * @param known fingerprints of files that need not be read
   * @throws JobException as {@link TreeUpdate#of}
   */
  public static TreeComparison of(
      Path path,
      boolean isThere,
      List<TreeEntry> entries,
      Attributes wanted,
      TreeOptions options,
      KnownFingerprints known)
      throws JobException, IOException {
    TreeUpdate.requireEntries(path, entries, options);
    if (!isThere) {
      return new TreeComparison(path, null, entries, wanted, options, known);
    }
    Destination destination = Destination.ofDirectory(path);
    try {
      TreeUpdate.requireNotRoot(path, destination, options);
      wanted.requireGivable(destination, path);
      return new TreeComparison(path, destination, entries, wanted, options, known);
    } catch (JobException | IOException | RuntimeException e) {
      destination.close();
      throw e;
    }
  }

  /**
   * Compares all of it.
   *
   * @throws JobException if something is in the way that may not be deleted
   */
  public void compare() throws JobException, IOException, InterruptedException {
    if (destination == null) {
      missing.add("");
    } else if (!isEnteredByEveryone(destination.stat().permissions())) {
      closed.add("");
    }
    for (TreeEntry entry : entries) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      compare(entry);
    }
    if (options.delete() && destination != null) {
      prune();
    }
    deleted.add(deletion.count(), deletion.names());
  }

  private void compare(TreeEntry entry) throws JobException, IOException, InterruptedException {
    boolean isNew = missing.contains(entry.parent());
    Directory in = isNew ? null : walk.at(entry.parent());
    Path name = Path.of(entry.name());
    FileStat stat = isNew ? null : in.stat(name);
    switch (entry.kind()) {
      case DIRECTORY -> directory(in, name, entry, stat);
      case LINK -> link(in, name, entry, stat);
      case FILE -> file(in, name, entry, stat);
    }
  }

  private void directory(Directory in, Path name, TreeEntry entry, FileStat stat)
      throws JobException, IOException {
    int mode = wanted.mode() == null ? entry.mode() : TreeUpdate.entering(wanted.mode());
    boolean isThere = stat != null && stat.isDirectory();
    if (closed.contains(entry.parent())
        || !isEnteredByEveryone(mode)
        || isThere && !isEnteredByEveryone(stat.permissions())) {
      closed.add(entry.path());
    }
    if (isThere) {
      int special = stat.permissions() & SPECIAL_BITS;
      count(entry, stat, !wanted.withMode(mode | special).areThoseOf(stat));
      return;
    }
    if (stat != null) {
      clear(in, name, stat, entry, "not a directory", "a directory");
    }
    missing.add(entry.path());
    count(entry, stat, true);
  }

  private void link(Directory in, Path name, TreeEntry entry, FileStat stat)
      throws JobException, IOException {
    if (stat != null && stat.isDirectory()) {
      clear(in, name, stat, entry, "a directory", "a link");
    }
    boolean same =
        stat != null && stat.isLink() && in.link(name, stat).equals(Path.of(entry.text()));
    count(entry, stat, !same);
  }

  private void file(Directory in, Path name, TreeEntry entry, FileStat stat)
      throws JobException, IOException, InterruptedException {
    int mode = wanted.mode() == null ? entry.mode() : wanted.mode();
    boolean isFile = stat != null && stat.isRegular();
    if (stat != null && stat.isDirectory()) {
      clear(in, name, stat, entry, "a directory", "a file");
    }
    if (isFile && stat.size() == entry.size() && content.isIn(in, name, entry, stat)) {
      count(entry, stat, !wanted.withMode(mode).areThoseOf(stat));
      return;
    }
    count(entry, stat, true);
    if (differing.size() < MAX_DIFFERING) {
      int readable = isFile ? mode & stat.permissions() : mode;
      boolean shown = (readable & FOR_EVERYONE) != 0 && !closed.contains(entry.parent());
      differing.add(new Differing(entry, isFile ? stat.size() : -1, shown));
    }
  }

  private static boolean isEnteredByEveryone(int mode) {
    return (mode & ENTERED_BY_EVERYONE) != 0;
  }

  private void clear(
      Directory in, Path name, FileStat stat, TreeEntry entry, String there, String delivered)
      throws JobException, IOException {
    deletion.clear(options, in, name, stat, entry.path(), there, delivered);
  }

  private void count(TreeEntry entry, FileStat stat, boolean differs) {
    if (!differs) {
      unchanged++;
    } else {
      (stat == null ? made : changed).add(entry.path() + (entry.isDirectory() ? "/" : ""));
    }
  }

  private void prune() throws JobException, IOException, InterruptedException {
    Map<String, Set<String>> kept = TreeDeletion.kept(entries);
    deletion.prune(walk.at(""), "", kept.get(""));
    for (TreeEntry entry : entries) {
      if (entry.isDirectory() && !missing.contains(entry.path())) {
        deletion.prune(walk.at(entry.path()), entry.path(), kept.get(entry.path()));
      }
    }
  }

  /** How many differ of all. */
  public int differences() {
    return made.count() + changed.count() + deleted.count();
  }

  /** In numbers and the first names, for people. */
  public String summary() {
    List<String> parts = new ArrayList<>();
    parts.add(made.text("new"));
    parts.add(changed.text("changed"));
    parts.add(deleted.text("deleted"));
    parts.add(unchanged + " unchanged");
    deletion.left().forEach(name -> parts.add("not deleted: " + name));
    parts.removeIf(String::isEmpty);
    return String.join(", ", parts);
  }

  /** Files whose content differs, the first of them. */
  public List<Differing> differing() {
    return differing;
  }

  /** What a file has now; at most the size that it had when it was compared. */
  public byte[] before(Differing file) throws IOException {
    Directory in = walk.at(file.entry().parent());
    try (FileChannel channel = in.read(Path.of(file.entry().name()))) {
      return Channels.newInputStream(channel).readNBytes((int) file.before());
    }
  }

  /** Where a file is. */
  public Path path(TreeEntry entry) {
    return path.resolve(entry.path());
  }

  @Override
  public void close() throws IOException {
    if (destination != null) {
      try (destination) {
        walk.close();
      }
    }
  }
}
