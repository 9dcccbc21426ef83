package io.directord.server.content;

import io.directord.common.api.FetchedFrom;
import io.directord.common.fetch.ArchiveCheck;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.json.Json;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.DurableFiles;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
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
import java.util.HashSet;
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
 * been downloaded or the server started again before that comes. Thread-safe; methods block on the
 * disk.
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

    /** Null if nothing has come to its end, or the result was judged. */
    FetchArrival receipt;

    /** Whether the result was judged, by this server. */
    boolean isSettled;

    int asked;
  }

  private FetchedStore(Path directory) {
    this.directory = directory;
  }

  /** Opens or creates the directory. */
  public static FetchedStore open(Path directory) throws IOException {
    PrivateFiles.makeDirectory(directory);
    FetchedStore store = new FetchedStore(directory);
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
      for (Path job : found) {
        store.load(job);
      }
    }
    return store;
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
  public synchronized FileChannel append(UUID id, String node, String owner, long bytes)
      throws IOException {
    Path path = directory.resolve(id.toString());
    Job job = jobs.get(id);
    if (job == null) {
      PrivateFiles.makeDirectory(path);
      Files.writeString(path.resolve(OWNER), owner);
      job = new Job(owner);
      jobs.put(id, job);
    }
    if (Files.exists(file(id, node))) {
      // Whole, of which the node has heard nothing; or from an attempt before.
      Files.move(file(id, node), part(id, node), StandardCopyOption.ATOMIC_MOVE);
    }
    Files.deleteIfExists(receipt(id, node));
    FileChannel file =
        FileChannel.open(
            part(id, node),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
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
  synchronized void settle(UUID id, String node) throws IOException {
    Entry entry = entry(id, node);
    if (entry != null) {
      entry.isSettled = true;
    }
    if (entry != null && entry.receipt != null) {
      entry.receipt = null;
      Files.deleteIfExists(receipt(id, node));
      if (!entry.whole) {
        drop(id, node);
      }
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
  public synchronized boolean remove(UUID id, String node) throws IOException {
    Entry entry = entry(id, node);
    if (entry == null || !entry.whole && entry.receipt != null) {
      return false;
    }
    if (entry.receipt == null) {
      drop(id, node);
    } else {
      entry.whole = false;
      Files.deleteIfExists(file(id, node));
    }
    return true;
  }

  private void drop(UUID id, String node) throws IOException {
    Job job = jobs.get(id);
    job.nodes.remove(node);
    Files.deleteIfExists(part(id, node));
    Files.deleteIfExists(file(id, node));
    Files.deleteIfExists(receipt(id, node));
    if (job.nodes.isEmpty()) {
      jobs.remove(id);
      Files.deleteIfExists(directory.resolve(id.toString()).resolve(OWNER));
      Files.deleteIfExists(directory.resolve(id.toString()));
    }
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
   * @param length of the part in bytes
   * @param whole whether the node has sent everything; else more may be behind this part
   */
  public record Part(FileChannel file, int length, boolean whole) {}

  /**
   * Opens what a node has brought, or is sending.
   *
   * @param offset where the part begins
   * @param max number of bytes; fewer only at the end, or at the end of what has come
   * @return null if there is nothing of it
   */
  public synchronized Part open(UUID id, String node, long offset, int max) throws IOException {
    Job job = jobs.get(id);
    Entry entry = job == null ? null : job.nodes.get(node);
    if (entry == null) {
      return null;
    }
    if (entry.whole) {
      entry.asked = round;
    }
    FileChannel file;
    try {
      file =
          FileChannel.open(entry.whole ? file(id, node) : part(id, node), StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      int length = (int) Math.max(0, Math.min(max, file.size() - offset));
      return new Part(file, length, entry.whole);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Size of all that is whole. */
  synchronized long bytes() {
    return jobs.values().stream()
        .flatMap(job -> job.nodes.values().stream())
        .mapToLong(entry -> entry.whole ? entry.bytes : 0)
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
  synchronized void collect(Set<UUID> receiving) throws IOException {
    round++;
    for (Map.Entry<UUID, Job> job : new TreeMap<>(jobs).entrySet()) {
      for (String node : new HashSet<>(job.getValue().nodes.keySet())) {
        Entry entry = job.getValue().nodes.get(node);
        boolean old = round - entry.asked > LEASE_ROUNDS;
        if (old && (entry.whole || !receiving.contains(job.getKey()))) {
          if (entry.whole) {
            LOG.log(
                Level.WARNING,
                "what job {0} has brought from {1} was not downloaded for a day, and is removed",
                job.getKey(),
                node);
          }
          drop(job.getKey(), node);
        }
      }
    }
  }

  void tellUnremoved(IOException why) {
    LOG.log(Level.WARNING, "what a job has brought cannot be removed: {0}", IoErrors.sayWhere(why));
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
