package io.directord.client.files;

import io.directord.client.process.FileSystemSync;
import io.directord.common.component.JobException;
import io.directord.common.tree.Excludes;
import io.directord.common.tree.KnownFingerprints;
import io.directord.common.tree.TreeChanges;
import io.directord.common.tree.TreeEntry;
import io.directord.common.tree.TreeOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a directory hold what a tree has: first {@link #compare}, then {@link #create} and {@link
 * #place} for each file that is needed, in order, then {@link #finish}. Below the directory no link
 * is followed; whatever others put there meanwhile, nothing outside of it is touched. Not
 * thread-safe.
 */
public final class TreeUpdate implements AutoCloseable {
  private static final Path HERE = Path.of(".");

  /** Of more files the whole file system is synced, instead of each. */
  private static final int FEW = 64;

  private static final int OWNER = 0700;
  private static final int SPECIAL_BITS = 07000;
  private static final int READ = 0444;
  private static final int READ_TO_ENTER = 2;

  private final List<TreeEntry> entries;
  private final Attributes wanted;
  private final TreeOptions options;
  private final StagingNotes notes;
  private final Destination destination;
  private final Directory root;
  private final TreeWalk walk;
  private final TreeDeletion deletion;
  private final Map<Integer, Attributes> byMode = new HashMap<>();
  private final Map<Long, StagingDirectory> staging = new HashMap<>();
  private final List<Directory> held = new ArrayList<>();
  private final List<TreeEntry> needed = new ArrayList<>();
  private final List<TreeEntry> lateModes = new ArrayList<>();
  private final Set<String> touched = new HashSet<>();
  private final EntryContent content;
  private boolean syncsAtOnce;
  private int changed;
  private int unchanged;

  private TreeUpdate(
      Destination destination,
      List<TreeEntry> entries,
      Attributes wanted,
      TreeOptions options,
      StagingNotes notes,
      KnownFingerprints known) {
    this.destination = destination;
    this.content = new EntryContent(known);
    this.entries = entries;
    this.wanted = wanted;
    this.options = options;
    this.notes = notes;
    this.root = destination.directory();
    this.walk = new TreeWalk(root);
    this.deletion = new TreeDeletion(new Excludes(options.exclude()), true);
  }

  /**
   * Finds the directory, or makes it and its parents.
   *
   * @param entries of the tree
   * @param wanted owner of all, and mode of files; null for that of the tree
   * @param known fingerprints of files that need not be read; those of files that are read are
   *     added
   * @throws JobException if there can be no directory; or if the tree is empty, or the directory is
   *     the root directory, and things are to be deleted
   */
  public static TreeUpdate of(
      Path path,
      List<TreeEntry> entries,
      Attributes wanted,
      TreeOptions options,
      StagingNotes notes,
      KnownFingerprints known)
      throws JobException, IOException {
    requireEntries(path, entries, options);
    Attributes forDirectory = wanted.withMode(entering(wanted.mode()));
    Destination destination = Destination.makeDirectory(path, forDirectory);
    try {
      requireNotRoot(path, destination, options);
      TreeUpdate update = new TreeUpdate(destination, entries, wanted, options, notes, known);
      if (forDirectory.applyTo(destination) || destination.isMade()) {
        update.changed++;
      }
      return update;
    } catch (JobException | IOException | RuntimeException e) {
      destination.close();
      throw e;
    }
  }

  static void requireEntries(Path path, List<TreeEntry> entries, TreeOptions options)
      throws JobException {
    if (options.delete() && entries.isEmpty()) {
      throw new JobException(
          "there is nothing in what is delivered: --delete would delete all of " + path);
    }
  }

  static void requireNotRoot(Path path, Destination destination, TreeOptions options)
      throws JobException, IOException {
    if (!options.delete()) {
      return;
    }
    try (Directory system = Directory.root()) {
      if (system.stat().key().equals(destination.directory().stat().key())) {
        throw new JobException(path + " is the root directory: nothing is deleted there");
      }
    }
  }

  /** The mode of a directory: who may read it may also enter it. Null for none. */
  public static Integer entering(Integer mode) {
    return mode == null ? null : mode & ~SPECIAL_BITS | (mode & READ) >> READ_TO_ENTER;
  }

  /**
   * Makes directories and links, and finds the files that differ.
   *
   * @return these, in the order of the tree
   */
  public List<TreeEntry> compare() throws JobException, IOException, InterruptedException {
    for (TreeEntry entry : entries) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      Directory in = walk.at(entry.parent());
      Path name = Path.of(entry.name());
      FileStat stat = in.stat(name);
      switch (entry.kind()) {
        case DIRECTORY -> directory(in, name, entry, stat);
        case LINK -> link(in, name, entry, stat);
        case FILE -> file(in, name, entry, stat);
      }
    }
    syncsAtOnce = needed.size() + touched.size() > FEW && FileSystemSync.isAvailable();
    return needed;
  }

  private void directory(Directory in, Path name, TreeEntry entry, FileStat there)
      throws JobException, IOException {
    FileStat stat = there;
    if (stat != null && !stat.isDirectory()) {
      clear(in, name, stat, entry, "not a directory", "a directory");
      stat = null;
    }
    boolean made = stat == null;
    if (made) {
      in.makeDirectory(name);
      touched.add(entry.parent());
      stat = in.stat(name);
      if (stat == null || !Users.isSelf(stat.uid())) {
        throw Directory.changed(in.path().resolve(name));
      }
    }
    int mode = wanted.mode() == null ? entry.mode() : entering(wanted.mode());
    mode |= stat.permissions() & SPECIAL_BITS;
    boolean same = wanted.withMode(mode).areThoseOf(stat);
    if (!same) {
      Attributes now = wanted.withMode(mode | OWNER);
      now.applyTo(walk.at(entry.path()), HERE, in.path().resolve(name));
      if ((mode & OWNER) != OWNER) {
        lateModes.add(TreeEntry.directory(entry.path(), mode));
      }
    }
    count(made || !same);
  }

  private void link(Directory in, Path name, TreeEntry entry, FileStat stat)
      throws JobException, IOException {
    Path target = Path.of(entry.text());
    if (stat != null && stat.isDirectory()) {
      clear(in, name, stat, entry, "a directory", "a link");
    } else if (stat != null && stat.isLink() && in.link(name, stat).equals(target)) {
      count(false);
      return;
    }
    StagingDirectory stage = staging(in);
    stage.createLink(target);
    stage.prepareLink(wanted.withMode(null), in.path().resolve(name));
    stage.move(in, name);
    touched.add(entry.parent());
    count(true);
  }

  private void file(Directory in, Path name, TreeEntry entry, FileStat stat)
      throws JobException, IOException, InterruptedException {
    if (stat != null && stat.isDirectory()) {
      clear(in, name, stat, entry, "a directory", "a file");
    } else if (stat != null
        && stat.isRegular()
        && stat.size() == entry.size()
        && content.isIn(in, name, entry, stat)) {
      Attributes attributes = attributes(entry);
      if (attributes.areThoseOf(stat)) {
        count(false);
        return;
      }
      if (in.stat().isOursAlone()) {
        attributes.applyTo(in, name, in.path().resolve(name));
        count(true);
        return;
      }
    }
    needed.add(entry);
  }

  private void count(boolean wasChanged) {
    changed += wasChanged ? 1 : 0;
    unchanged += wasChanged ? 0 : 1;
  }

  /** Removes what is in the way of an entry, if that is allowed. */
  private void clear(
      Directory in, Path name, FileStat stat, TreeEntry entry, String there, String delivered)
      throws JobException, IOException {
    deletion.clear(options, in, name, stat, entry.path(), there, delivered);
    touched.add(entry.parent());
  }

  private Attributes attributes(TreeEntry file) {
    int mode = wanted.mode() == null ? file.mode() : wanted.mode();
    return byMode.computeIfAbsent(mode, wanted::withMode);
  }

  /** The file that is where an entry will be; null if there is none that can be read. */
  public FileChannel open(TreeEntry file) throws IOException {
    Directory in = walk.at(file.parent());
    Path name = Path.of(file.name());
    FileStat stat = in.stat(name);
    try {
      return stat == null || !stat.isRegular() ? null : in.read(name);
    } catch (FileSystemException e) {
      // Not readable for this user, or a program that is running.
      return null;
    }
  }

  /** An empty file for the content of an entry, to be placed by {@link #place}. */
  public FileChannel create(TreeEntry file) throws JobException, IOException {
    return staging(walk.at(file.parent())).create();
  }

  /**
   * Renames the content of a file into place. It is on the disk only after {@link #finish}.
   *
   * @param content of {@link #create}; closed by this
   */
  public void place(TreeEntry file, FileChannel content) throws JobException, IOException {
    try (content) {
      if (!syncsAtOnce) {
        content.force(false);
      }
    }
    Directory in = walk.at(file.parent());
    Path name = Path.of(file.name());
    FileStat old = in.stat(name);
    StagingDirectory stage = staging(in);
    boolean replaces = old != null && old.isRegular();
    stage.prepare(replaces ? old : null, false, attributes(file), in.path().resolve(name));
    stage.move(in, name);
    touched.add(file.parent());
    count(true);
  }

  /** Deletes what is not wanted, if that is asked for, and syncs what has changed to the disk. */
  public TreeChanges finish() throws JobException, IOException, InterruptedException {
    if (options.delete()) {
      prune();
    }
    sync();
    for (int i = lateModes.size() - 1; i >= 0; i--) {
      TreeEntry late = lateModes.get(i);
      Directory directory = walk.at(late.path());
      wanted.withMode(late.mode()).applyTo(directory, HERE, directory.path());
    }
    return new TreeChanges(changed, deletion.count(), unchanged, deletion.names(), deletion.left());
  }

  private void sync() throws IOException {
    if (syncsAtOnce) {
      FileSystemSync.sync(root.path());
      for (Directory other : held) {
        FileSystemSync.sync(other.path());
      }
      return;
    }
    for (String path : touched) {
      walk.at(path).force();
    }
  }

  private void prune() throws JobException, IOException, InterruptedException {
    Map<String, Set<String>> kept = TreeDeletion.kept(entries);
    prune("", kept.get(""));
    for (TreeEntry entry : entries) {
      if (entry.isDirectory()) {
        prune(entry.path(), kept.get(entry.path()));
      }
    }
  }

  private void prune(String path, Set<String> kept)
      throws JobException, IOException, InterruptedException {
    if (deletion.prune(walk.at(path), path, kept)) {
      touched.add(path);
    }
  }

  /** The staging directory on the file system of a directory. */
  private StagingDirectory staging(Directory in) throws JobException, IOException {
    StagingDirectory known = staging.get(in.stat().device());
    if (known != null) {
      return known;
    }
    Directory outer = in.stat().device() == root.stat().device() ? root : in.again();
    if (outer != root) {
      held.add(outer);
    }
    StagingDirectory made = StagingDirectory.in(outer, notes);
    staging.put(in.stat().device(), made);
    return made;
  }

  @Override
  public void close() throws IOException {
    try (destination;
        walk) {
      for (StagingDirectory stage : staging.values()) {
        stage.close();
      }
      for (Directory directory : held) {
        directory.close();
      }
    }
  }
}
