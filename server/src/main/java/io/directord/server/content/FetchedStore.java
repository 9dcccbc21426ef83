package io.directord.server.content;

import io.directord.common.api.FetchedFrom;
import io.directord.common.fetch.ArchiveCheck;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.json.Json;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.DurableFiles;
import io.directord.common.storage.IoErrors;
import io.directord.server.store.FetchedArchive;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.core.JacksonException;

/**
 * What nodes have brought: a directory for each job, a file for each node. A file is kept for a day
 * after it was last read, counted as the leases of {@link ContentStore} are, or until it is removed
 * by who downloaded it; one that is not whole, until its job has ended. What has come whole is
 * noted in a receipt beside it, by which the result of the node is judged, though the file may have
 * been downloaded or the server started again before that comes. Of several servers with one
 * database, what is whole moves there with its receipt, see {@link #share}. Thread-safe; methods
 * block on the disk, and on the database for what is there.
 */
public final class FetchedStore {
  private static final System.Logger LOG = System.getLogger(FetchedStore.class.getName());

  /** Number of collections that a file survives after it was last read. */
  static final int LEASE_ROUNDS = 144;

  private static final String OWNER = "owner";
  private static final String PART = ".part";
  private static final String NODE = "node-";
  private static final String RECEIPT = "came-";

  private final Path directory;
  private final SharedFetches shared;
  private final Map<UUID, Job> jobs = new TreeMap<>();
  private int round;

  /** What was brought by one job. */
  private static final class Job {
    final String owner;
    final Map<String, Entry> nodes = new TreeMap<>();

    Job(String owner) {
      this.owner = owner;
    }

    /**
     * @param name as files have it
     */
    Entry entry(String name) {
      return nodes.computeIfAbsent(
          URLDecoder.decode(name, StandardCharsets.UTF_8), node -> new Entry());
    }
  }

  private static final class Entry {
    long bytes;

    /** Whether the file is there, and whole. */
    boolean whole;

    /** Whether the database has it, or its receipt; then the directory has nothing of it. */
    boolean isShared;

    /** Null if nothing has come to its end, or the result was judged. */
    FetchArrival receipt;

    /** Whether the result was judged, by this server. */
    boolean isSettled;

    int asked;
  }

  private FetchedStore(Path directory, SharedFetches shared) {
    this.directory = directory;
    this.shared = shared;
  }

  /** Of a server that has its store alone. */
  public static FetchedStore open(Path directory) throws IOException {
    return open(directory, SharedFetches.NONE);
  }

  /**
   * Opens or creates the directory.
   *
   * @throws io.directord.server.store.StoreException if the database cannot be read
   */
  public static FetchedStore open(Path directory, SharedFetches shared) throws IOException {
    PrivateFiles.makeDirectory(directory);
    FetchedStore store = new FetchedStore(directory, shared);
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
      for (Path job : found) {
        store.load(job);
      }
    }
    for (FetchedArchive.Entry entry : shared.list()) {
      store.load(entry);
    }
    return store;
  }

  /** What the directory has of it is from before it was whole, or was moved. */
  private void load(FetchedArchive.Entry found) throws IOException {
    UUID id = found.key().job();
    String node = found.key().node();
    if (entry(id, node) != null) {
      drop(id, node);
    }
    Entry entry = new Entry();
    entry.isShared = true;
    entry.whole = found.bytes() >= 0;
    entry.bytes = found.bytes();
    entry.receipt = Json.read(found.receipt(), FetchArrival.class).withAll();
    jobs.computeIfAbsent(id, job -> new Job(found.owner())).nodes.put(node, entry);
  }

  private void load(Path path) throws IOException {
    try {
      Job job = new Job(Files.readString(path.resolve(OWNER)));
      for (String name : names(path, NODE)) {
        boolean whole = !name.endsWith(PART);
        Entry entry = job.entry(name.substring(0, name.length() - (whole ? 0 : PART.length())));
        entry.whole = whole;
        entry.bytes = Files.size(path.resolve(NODE + name));
      }
      for (String name : names(path, RECEIPT)) {
        loadReceipt(
            job.entry(name), path.resolve(RECEIPT + name), path.resolve(NODE + name + PART));
      }
      jobs.put(UUID.fromString(path.getFileName().toString()), job);
    } catch (IllegalArgumentException | NoSuchFileException e) {
      LOG.log(Level.WARNING, "{0} is not what a job has brought: it is ignored", path);
    }
  }

  /** What follows the beginning in the names of files. */
  private static List<String> names(Path path, String beginning) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path, beginning + "*")) {
      files.forEach(file -> names.add(file.getFileName().toString().substring(beginning.length())));
    }
    return names;
  }

  /** One that a crash has cut short was of a file of which the node has no confirmation. */
  private static void loadReceipt(Entry entry, Path file, Path part) throws IOException {
    try {
      entry.receipt =
          Files.exists(part) ? null : Json.read(Files.readAllBytes(file), FetchArrival.class);
    } catch (JacksonException e) {
      LOG.log(Level.WARNING, "{0} is damaged: it is ignored", file);
    }
  }

  /**
   * Opens the file of a node to be appended to.
   *
   * @param owner who may download it, as {@link io.directord.server.access.Tokens#holder}
   * @param bytes that are kept of it; it has more if the server had not confirmed them
   * @throws IOException also if it is shorter
   */
  public FileChannel append(UUID id, String node, String owner, long bytes) throws IOException {
    takeBack(id, node, bytes > 0);
    return appendHere(id, node, owner, bytes);
  }

  /**
   * A node goes on with what another server had, whole, without having heard that, or begins anew.
   */
  private void takeBack(UUID id, String node, boolean goesOn) throws IOException {
    boolean isThere;
    synchronized (this) {
      Entry entry = entry(id, node);
      if (entry == null || !entry.isShared) {
        return;
      }
      isThere = entry.whole;
      makeDirectory(id, jobs.get(id).owner);
      jobs.get(id).nodes.put(node, new Entry());
    }
    var key = new FetchedArchive.Key(id, node);
    if (goesOn && isThere) {
      try (FileChannel file = openPart(id, node)) {
        file.truncate(0);
        shared.bring(key, file);
        file.force(false);
      }
    }
    shared.remove(List.of(key));
  }

  private void makeDirectory(UUID id, String owner) throws IOException {
    Path path = directory.resolve(id.toString());
    PrivateFiles.makeDirectory(path);
    Files.writeString(path.resolve(OWNER), owner);
  }

  private FileChannel openPart(UUID id, String node) throws IOException {
    return FileChannel.open(
        part(id, node),
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private synchronized FileChannel appendHere(UUID id, String node, String owner, long bytes)
      throws IOException {
    Job job = jobs.get(id);
    if (job == null || !Files.exists(directory.resolve(id.toString()).resolve(OWNER))) {
      makeDirectory(id, owner);
      job = jobs.computeIfAbsent(id, fresh -> new Job(owner));
    }
    if (Files.exists(file(id, node))) {
      // Whole, of which the node has heard nothing; or from an attempt before.
      Files.move(file(id, node), part(id, node), StandardCopyOption.ATOMIC_MOVE);
    }
    Files.deleteIfExists(receipt(id, node));
    FileChannel file = openPart(id, node);
    if (file.size() < bytes) {
      file.close();
      throw new IOException("the server has lost a part of them; run the job again");
    }
    file.truncate(bytes).position(bytes);
    job.nodes.put(node, new Entry());
    return file;
  }

  /** The file, which was synced, is whole. */
  public synchronized void finish(UUID id, String node, FetchArrival arrival) throws IOException {
    try (FileChannel receipt =
        FileChannel.open(
            receipt(id, node), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      receipt.write(ByteBuffer.wrap(Json.bytes(arrival)));
      receipt.force(true);
    }
    Files.move(part(id, node), file(id, node), StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.syncDirectory(directory.resolve(id.toString()));
    Entry entry = jobs.get(id).nodes.get(node);
    entry.whole = true;
    entry.receipt = arrival;
    entry.bytes = Files.size(file(id, node));
    entry.asked = round;
  }

  /** Whether what comes is to be shared with other servers. */
  boolean isShared() {
    return shared.isUsed();
  }

  /**
   * Moves what came whole to the database, as far as that takes it; what it does not take stays
   * here.
   */
  void share(UUID id, String node, FetchArrival arrival) throws IOException {
    Entry entry;
    String owner;
    long has;
    FileChannel opened;
    synchronized (this) {
      entry = entry(id, node);
      if (entry == null || !entry.whole || entry.isShared) {
        return;
      }
      owner = jobs.get(id).owner;
      has = sharedBytes();
      opened = FileChannel.open(file(id, node), StandardOpenOption.READ);
    }
    var key = new FetchedArchive.Key(id, node);
    boolean isThere;
    try (InputStream content = Channels.newInputStream(opened)) {
      isThere =
          shared.put(
              new FetchedArchive.Entry(key, owner, Json.bytes(arrival), entry.bytes),
              has,
              content,
              () -> isHere(id, node, entry));
    }
    if (isThere && !isMoved(id, node, entry)) {
      shared.remove(List.of(key));
    }
  }

  private synchronized boolean isHere(UUID id, String node, Entry entry) {
    return entry(id, node) == entry && entry.whole;
  }

  /** Returns false if it was removed meanwhile, or is being sent anew. */
  private synchronized boolean isMoved(UUID id, String node, Entry entry) throws IOException {
    if (!isHere(id, node, entry)) {
      return false;
    }
    entry.isShared = true;
    if (entry.receipt != null) {
      entry.receipt = entry.receipt.withAll();
    }
    deleteFiles(id, node);
    if (jobs.get(id).nodes.values().stream().allMatch(one -> one.isShared)) {
      deleteDirectory(id);
    }
    return true;
  }

  /**
   * What a node has sent to its end for a job; null if nothing, or if that was settled. A file that
   * has no receipt, since a server of an earlier version took it or the receipt was damaged, is
   * looked at itself.
   */
  FetchArrival arrival(UUID id, String node) {
    Entry entry;
    FileChannel opened;
    synchronized (this) {
      entry = entry(id, node);
      if (entry == null || entry.isSettled) {
        return null;
      }
      if (entry.receipt != null || !entry.whole) {
        return entry.receipt;
      }
      try {
        // Before it may be removed, since it was downloaded.
        opened = FileChannel.open(file(id, node), StandardOpenOption.READ);
      } catch (IOException e) {
        return unreadable(e);
      }
    }
    try (FileChannel file = opened) {
      FetchArrival found = ArchiveCheck.arrival(file);
      synchronized (this) {
        entry.receipt = entry.isSettled ? null : found;
      }
      return found;
    } catch (IOException e) {
      return unreadable(e);
    }
  }

  private static FetchArrival unreadable(IOException why) {
    return new FetchArrival(0, "the server cannot read it: " + IoErrors.sayWhere(why));
  }

  private Entry entry(UUID id, String node) {
    Job job = jobs.get(id);
    return job == null ? null : job.nodes.get(node);
  }

  /** The result of the node is kept: nobody asks for the arrival any more. */
  void settle(UUID id, String node) throws IOException {
    boolean isReceiptLeft = false;
    synchronized (this) {
      Entry entry = entry(id, node);
      if (entry != null) {
        entry.isSettled = true;
      }
      if (entry != null && entry.receipt != null) {
        entry.receipt = null;
        Files.deleteIfExists(receipt(id, node));
        if (!entry.whole) {
          isReceiptLeft = entry.isShared;
          drop(id, node);
        }
      }
    }
    if (isReceiptLeft) {
      shared.remove(List.of(new FetchedArchive.Key(id, node)));
    }
  }

  /** Removes what a node has not brought whole. */
  synchronized void discard(UUID id, String node) throws IOException {
    Entry entry = entry(id, node);
    if (entry != null && !entry.whole && entry.receipt == null) {
      drop(id, node);
    }
  }

  /**
   * Removes what a node has brought, but for the receipt.
   *
   * @return whether there was anything
   */
  public boolean remove(UUID id, String node) throws IOException {
    Entry entry;
    boolean keepsReceipt;
    synchronized (this) {
      entry = entry(id, node);
      if (entry == null || !entry.whole && entry.receipt != null) {
        return false;
      }
      keepsReceipt = entry.receipt != null;
      if (!entry.isShared) {
        removeHere(id, node, entry);
        return true;
      }
    }
    var key = new FetchedArchive.Key(id, node);
    if (keepsReceipt) {
      shared.removeContent(key);
    }
    synchronized (this) {
      if (entry(id, node) == entry && entry.whole) {
        keepsReceipt = entry.receipt != null;
        removeHere(id, node, entry);
      }
    }
    if (!keepsReceipt) {
      shared.remove(List.of(key));
    }
    return true;
  }

  private void removeHere(UUID id, String node, Entry entry) throws IOException {
    if (entry.receipt == null) {
      drop(id, node);
    } else {
      entry.whole = false;
      Files.deleteIfExists(file(id, node));
    }
  }

  /** Jobs are not kept any more, and so nobody can download what they have brought. */
  void forget(Collection<UUID> ids) throws IOException {
    List<FetchedArchive.Key> inDatabase = new ArrayList<>();
    synchronized (this) {
      for (UUID id : ids) {
        Job job = jobs.get(id);
        for (String node : job == null ? List.<String>of() : List.copyOf(job.nodes.keySet())) {
          if (job.nodes.get(node).isShared) {
            inDatabase.add(new FetchedArchive.Key(id, node));
          }
          drop(id, node);
        }
      }
    }
    shared.remove(inDatabase);
  }

  private void drop(UUID id, String node) throws IOException {
    Job job = jobs.get(id);
    job.nodes.remove(node);
    deleteFiles(id, node);
    if (job.nodes.isEmpty()) {
      jobs.remove(id);
      deleteDirectory(id);
    }
  }

  private void deleteFiles(UUID id, String node) throws IOException {
    Files.deleteIfExists(part(id, node));
    Files.deleteIfExists(file(id, node));
    Files.deleteIfExists(receipt(id, node));
  }

  private void deleteDirectory(UUID id) throws IOException {
    Files.deleteIfExists(directory.resolve(id.toString()).resolve(OWNER));
    Files.deleteIfExists(directory.resolve(id.toString()));
  }

  /** The user who may download what a job has brought; null if there is nothing. */
  public synchronized String owner(UUID id) {
    Job job = jobs.get(id);
    return job == null ? null : job.owner;
  }

  /** What a job has brought whole. */
  public synchronized List<FetchedFrom> list(UUID id) {
    List<FetchedFrom> found = new ArrayList<>();
    Job job = jobs.get(id);
    if (job != null) {
      job.nodes.forEach(
          (node, entry) -> {
            if (entry.whole) {
              found.add(new FetchedFrom(node, entry.bytes));
            }
          });
    }
    return found;
  }

  /**
   * A part of what a node has brought.
   *
   * @param file to be closed by who gets it
   * @param offset of the part in the file
   * @param length of the part in bytes
   * @param whole whether the node has sent everything; else more may be behind this part
   */
  public record Part(FileChannel file, long offset, int length, boolean whole) {}

  /**
   * Opens what a node has brought, or is sending.
   *
   * @param offset where the part begins
   * @param max number of bytes; fewer only at the end, or at the end of what has come
   * @return null if there is nothing of it
   */
  public Part open(UUID id, String node, long offset, int max) throws IOException {
    synchronized (this) {
      Entry entry = entry(id, node);
      if (entry == null) {
        return null;
      }
      if (entry.whole) {
        entry.asked = round;
      }
      if (!entry.isShared) {
        return openHere(id, node, entry.whole, offset, max);
      }
      if (!entry.whole) {
        return null;
      }
    }
    FileChannel file = shared.read(new FetchedArchive.Key(id, node), offset, max, directory);
    return file == null ? null : new Part(file, 0, (int) file.size(), true);
  }

  private Part openHere(UUID id, String node, boolean whole, long offset, int max)
      throws IOException {
    FileChannel file;
    try {
      file = FileChannel.open(whole ? file(id, node) : part(id, node), StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      int length = (int) Math.max(0, Math.min(max, file.size() - offset));
      return new Part(file, offset, length, whole);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Size of all that is whole, and here. */
  synchronized long bytes() {
    return bytes(false);
  }

  /** Size of all that is whole, and in the database. */
  synchronized long sharedBytes() {
    return bytes(true);
  }

  private long bytes(boolean isShared) {
    return jobs.values().stream()
        .flatMap(job -> job.nodes.values().stream())
        .filter(entry -> entry.whole && entry.isShared == isShared)
        .mapToLong(entry -> entry.bytes)
        .sum();
  }

  /** Free space on the disk. */
  long usable() throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  /**
   * Removes what was not read for a day.
   *
   * @param receiving jobs whose nodes may still send
   */
  void collect(Set<UUID> receiving) throws IOException {
    Map<FetchedArchive.Key, Entry> old = new LinkedHashMap<>();
    List<FetchedArchive.Key> inDatabase = new ArrayList<>();
    synchronized (this) {
      round++;
      jobs.forEach(
          (id, job) ->
              job.nodes.forEach(
                  (node, entry) -> {
                    boolean isOver = entry.whole || !receiving.contains(id);
                    if (isOver && round - entry.asked > LEASE_ROUNDS) {
                      old.put(new FetchedArchive.Key(id, node), entry);
                    }
                  }));
      old.forEach(
          (key, entry) -> {
            if (entry.isShared) {
              inDatabase.add(key);
            }
          });
    }
    shared.remove(inDatabase);
    synchronized (this) {
      for (Map.Entry<FetchedArchive.Key, Entry> one : old.entrySet()) {
        UUID id = one.getKey().job();
        String node = one.getKey().node();
        if (entry(id, node) == one.getValue()) {
          if (one.getValue().whole) {
            LOG.log(
                Level.WARNING,
                "what job {0} has brought from {1} was not downloaded for a day, and is removed",
                id,
                node);
          }
          drop(id, node);
        }
      }
    }
  }

  void tellUnremoved(IOException why) {
    LOG.log(Level.WARNING, "what a job has brought cannot be removed: {0}", IoErrors.sayWhere(why));
  }

  void tellUnshared(IOException why) {
    LOG.log(
        Level.WARNING,
        "what a job has brought cannot be moved to the database: {0}",
        IoErrors.sayWhere(why));
  }

  private Path part(UUID id, String node) {
    return directory.resolve(id.toString()).resolve(name(node) + PART);
  }

  private Path file(UUID id, String node) {
    return directory.resolve(id.toString()).resolve(name(node));
  }

  private Path receipt(UUID id, String node) {
    return directory.resolve(id.toString()).resolve(RECEIPT + name(node).substring(NODE.length()));
  }

  private static String name(String node) {
    return NODE + URLEncoder.encode(node, StandardCharsets.UTF_8);
  }
}
