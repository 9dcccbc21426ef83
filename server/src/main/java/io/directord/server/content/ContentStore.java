package io.directord.server.content;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.security.Digests;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.DurableFiles;
import io.directord.common.tree.FileState;
import io.directord.common.validation.Counted;
import io.directord.common.validation.Quoted;
import io.directord.common.wire.PackHeader;
import io.directord.server.store.ContentArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A directory of files named by the SHA-256 of their content, and of {@link Packs} of small ones. A
 * stored content is complete and never changes. It is kept as long as a live job names it, and for
 * a lease after it was last requested, so that it still exists when its job arrives. Leases are
 * counted in calls of {@link #collect}, so that neither setting a clock nor a pause of the server
 * ends one; a start of the server renews all of them. Thread-safe; methods block on the disk unless
 * stated otherwise.
 */
public final class ContentStore {
  private static final System.Logger LOG = System.getLogger(ContentStore.class.getName());

  /** Number of collections that a content survives after it was last requested. */
  static final int LEASE_ROUNDS = 6;

  private static final int BUFFER_BYTES = 256 << 10;
  private static final int FINGERPRINT_DIGITS = 64;
  static final String INCOMING = "incoming-";

  private final Path directory;
  private final SealedContents secrets;

  /** Those of the stored contents that are secrets. */
  private final Set<String> sealed = ConcurrentHashMap.newKeySet();

  /** The stored contents, each with the round in which it was last requested. */
  private final Map<String, Integer> leases = new ConcurrentHashMap<>();

  /** Held while a file is renamed or removed. */
  private final Object naming = new Object();

  private volatile int round;

  private final Packs packs = new Packs();

  /** The contents that were verified, each with what its file was then. */
  private final Map<String, FileState> verified = new ConcurrentHashMap<>();

  /** What other servers have too. */
  private final SharedContents shared;

  private final Senders senders;

  private ContentStore(
      Path directory, byte[] key, List<byte[]> formerKeys, ContentArchive archive) {
    this.directory = directory;
    this.secrets = new SealedContents(directory, key, formerKeys);
    this.shared = new SharedContents(archive);
    this.senders = new Senders(directory);
  }

  /** A store that takes no secrets. */
  public static ContentStore open(Path directory) throws IOException {
    return open(directory, null);
  }

  /** A store that has its contents alone. */
  public static ContentStore open(Path directory, byte[] key) throws IOException {
    return open(directory, key, List.of(), null);
  }

  /**
   * Opens or creates the directory, and removes partial files of a dead server.
   *
   * @param key under which secrets are kept; null for none
   * @param formerKeys under which secrets may be kept too, see {@link #sealAnew}
   * @param archive has the contents too, of which the directory is then a cache; null for none
   * @throws io.directord.server.store.StoreException if the archive cannot be read
   */
  public static ContentStore open(
      Path directory, byte[] key, List<byte[]> formerKeys, ContentArchive archive)
      throws IOException {
    PrivateFiles.makeDirectory(directory);
    try (DirectoryStream<Path> halfDone = Files.newDirectoryStream(directory, INCOMING + "*")) {
      for (Path file : halfDone) {
        Files.delete(file);
      }
    }
    ContentStore store = new ContentStore(directory, key, formerKeys, archive);
    for (ContentArchive.Entry entry : store.shared.list()) {
      store.leases.put(entry.sha256(), store.round);
      if (entry.secret()) {
        store.sealed.add(entry.sha256());
      }
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        String sha256 = name.replaceFirst(SealedContents.SUFFIX + "$", "");
        if (isFingerprint(sha256)) {
          store.leases.put(sha256, store.round);
          store.shared.isHere(sha256);
          if (!name.equals(sha256)) {
            store.sealed.add(sha256);
          }
        } else if (name.startsWith(Packs.PREFIX)) {
          store.addPack(file, Packs.index(file));
        } else if (!name.equals(Senders.FILE)) {
          LOG.log(Level.WARNING, "{0} is not a content: it is ignored", file);
        }
      }
    }
    store.senders.open(store.leases.keySet());
    return store;
  }

  /**
   * Removes the secrets of a server that does not lead: the archive has all that were acknowledged,
   * and they would outlive their jobs here.
   *
   * @return number of removed secrets
   */
  public static int removeCopiesOfSecrets(Path directory) throws IOException {
    int removed = 0;
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(directory, "*" + SealedContents.SUFFIX)) {
        for (Path file : files) {
          Files.delete(file);
          removed++;
        }
      }
    }
    return removed;
  }

  /** Whether this is a SHA-256 of 64 lower-case hexadecimal digits. */
  public static boolean isFingerprint(String text) {
    boolean all = text.length() == FINGERPRINT_DIGITS;
    // By hand, since a pattern takes most of the time of looking at a tree.
    for (int i = 0; all && i < FINGERPRINT_DIGITS; i++) {
      char c = text.charAt(i);
      all = c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }
    return all;
  }

  /** Which callers have sent what is stored. */
  public Senders senders() {
    return senders;
  }

  /** Whether the content is stored; if so, its lease is renewed. Never waits for the disk. */
  public boolean renew(String sha256) {
    requireFingerprint(sha256);
    return leases.computeIfPresent(sha256, (content, asked) -> round) != null;
  }

  /**
   * Whether the content is stored and undamaged; if so, its lease is renewed. It is read once, and
   * again whenever its file was changed. A damaged content is removed, so that it is uploaded
   * again, or brought again from the archive.
   */
  public boolean has(String sha256) throws IOException {
    return has(sha256, new HashMap<>());
  }

  /**
   * Whether it may be delivered by jobs of that caller, else as {@link #has(String)}.
   *
   * @param sender see {@link Senders#has}
   */
  public boolean has(String sha256, String sender) throws IOException {
    return senders.has(sha256, sender) && has(sha256);
  }

  /**
   * Likewise for one of many.
   *
   * @param packs what the files of packs are; those that this looks at are added
   */
  boolean has(String sha256, Map<Path, FileState> packs) throws IOException {
    if (!renew(sha256)) {
      return false;
    }
    if (shared.isRemote(sha256)) {
      return true;
    }
    Packs.Slot slot = this.packs.slot(sha256);
    FileState state = slot == null ? state(path(sha256)) : packs.get(slot.pack());
    if (slot != null && state == null) {
      state = state(slot.pack());
      packs.put(slot.pack(), state);
    }
    if (state != null && (state.equals(verified.get(sha256)) || isSound(sha256))) {
      verified.put(sha256, state);
      share(sha256);
      return true;
    }
    return removeDamaged(sha256, slot, state)
        ? shared.isRemote(sha256)
        : has(sha256, new HashMap<>());
  }

  /** Nothing is acknowledged whose content another server would lack. */
  private void share(String sha256) throws IOException {
    Packs.Slot place = place(sha256);
    shared.keep(sha256, place.size(), isSecret(sha256), () -> stream(sha256));
  }

  /** Has a content here that only the archive has. */
  private void bring(String sha256) throws IOException {
    shared.bring(
        sha256,
        () -> {
          MessageDigest digest = Digests.sha256();
          try (IncomingFile file = incoming(shared.remoteBytes(sha256));
              OutputStream out = new DigestOutputStream(file.stream(), digest)) {
            readShared(sha256, out);
            String actual = Digests.hex(digest);
            if (!isSecret(sha256) && !actual.equals(sha256)) {
              drop(sha256);
              throw new IOException("the content " + sha256 + " in the database is damaged");
            }
            file.force();
            install(file.path(), sha256);
          }
        });
  }

  private void readShared(String sha256, OutputStream to) throws IOException {
    try {
      shared.read(sha256, to);
    } catch (NoSuchFileException e) {
      drop(sha256);
      throw e;
    }
  }

  /** The archive has it no longer, or not as it was: it must be uploaded again. */
  private void drop(String sha256) throws IOException {
    leases.remove(sha256);
    remove(sha256);
  }

  private void noteVerified(String sha256, FileState state) {
    if (state != null) {
      verified.put(sha256, state);
    }
  }

  /**
   * What the file of a content was when it was last verified; null if it was not. What was read of
   * the content may be cached as long as this stays the same. Never waits for the disk.
   */
  FileState verified(String sha256) {
    return verified.get(sha256);
  }

  /**
   * Has a content verified when it is next requested, though its file looks unchanged. Never waits
   * for the disk.
   */
  void doubt(String sha256) {
    verified.remove(sha256);
  }

  /** What a file is; null if it is not there. */
  private static FileState state(Path file) throws IOException {
    try {
      return FileState.of(Files.readAttributes(file, "unix:" + FileState.ATTRIBUTES));
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /**
   * @param slot where it was; null if it was in no pack
   * @param state of its file; null if it was not there
   * @return false if it was stored again meanwhile
   */
  private boolean removeDamaged(String sha256, Packs.Slot slot, FileState state)
      throws IOException {
    synchronized (naming) {
      if (packs.slot(sha256) != slot
          || slot == null && !Objects.equals(state, state(path(sha256)))) {
        return false;
      }
      if (state != null) {
        LOG.log(
            Level.ERROR,
            "the content {0} in {1} is damaged: it is removed, and must be sent again",
            sha256,
            directory);
      }
      if (!packs.remove(sha256)) {
        Files.deleteIfExists(path(sha256));
      }
      isGone(sha256);
      return true;
    }
  }

  private String digest(String sha256) throws IOException {
    MessageDigest digest = Digests.sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = stream(sha256)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return Digests.hex(digest);
  }

  private boolean isSound(String sha256) throws IOException {
    try {
      return (isSecret(sha256) ? Digests.sha256(secret(sha256)) : digest(sha256)).equals(sha256);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private void isGone(String sha256) {
    verified.remove(sha256);
    if (!shared.lost(sha256)) {
      leases.remove(sha256);
      senders.forget(sha256);
      sealed.remove(sha256);
    }
  }

  /**
   * Stores a secret, which is on the disk only sealed.
   *
   * @throws ContentMismatchException if it has another fingerprint
   */
  public void keepSecret(String sha256, byte[] content) throws IOException {
    requireFingerprint(sha256);
    new DiskSpace(directory).ask(content.length);
    synchronized (naming) {
      secrets.put(sha256, content, INCOMING);
      sealed.add(sha256);
      noteVerified(sha256, state(path(sha256)));
      shared.isHere(sha256);
      leases.put(sha256, round);
    }
    share(sha256);
  }

  /**
   * Stores a secret as it was kept by a server with the same key.
   *
   * @throws NoSuchFileException if this server's key does not open it
   */
  void keepSealed(String sha256, byte[] stored) throws IOException {
    keepSecret(sha256, secrets.open(sha256, stored));
  }

  /**
   * Seals secrets under the first key that are sealed under a former one; the log counts those that
   * none of them opens. Called before others use the store.
   */
  public void sealAnew() throws IOException {
    int unreadable = 0;
    for (String sha256 : Set.copyOf(sealed)) {
      try {
        bring(sha256);
        if (secrets.isFormer(sha256)) {
          byte[] content = secrets.read(sha256);
          // The archive keeps what it has.
          shared.forget(sha256);
          shared.removeForgotten();
          keepSecret(sha256, content);
        }
      } catch (NoSuchFileException e) {
        unreadable++;
      }
    }
    if (unreadable > 0) {
      LOG.log(
          Level.ERROR,
          "{0} cannot be opened with this server''s key, and jobs that need them will fail: if the"
              + " shared key was changed, start the server with the one before as shared_key_next",
          Counted.of(unreadable, "secret"));
    }
  }

  /** Whether a stored content is a secret. */
  boolean isSecret(String sha256) {
    return sealed.contains(sha256);
  }

  /** A secret; throws {@link NoSuchFileException} if it cannot be had any more. */
  byte[] secret(String sha256) throws IOException {
    bring(sha256);
    return secrets.read(sha256);
  }

  /**
   * Removes secrets now, whatever their lease.
   *
   * @param unneeded fingerprints of contents that no live job names
   */
  void removeSecrets(Set<String> unneeded) throws IOException {
    for (String sha256 : unneeded) {
      if (isSecret(sha256) && leases.remove(sha256) != null) {
        remove(sha256);
      }
    }
    shared.removeForgotten();
  }

  /**
   * The contents that a job names and that the store lacks or has damaged; the lease of the others
   * is renewed.
   *
   * @param sender the caller who must have sent them, see {@link Senders#has}
   * @throws IllegalArgumentException if the job's own list is invalid; the message is for people
   */
  public Set<String> missing(Job job, String sender) throws IOException {
    Set<String> missing = new LinkedHashSet<>();
    Map<Path, FileState> packs = new HashMap<>();
    for (SourceFile file : SourceFile.in(job)) {
      if (!senders.has(file.sha256(), sender) || !has(file.sha256(), packs)) {
        missing.add(file.sha256());
      }
    }
    return missing;
  }

  /** Its size in bytes; negative if it is not stored. */
  long size(String sha256) throws IOException {
    long remote = isSecret(sha256) ? -1 : shared.remoteBytes(sha256);
    if (remote >= 0) {
      return remote;
    }
    Packs.Slot slot = packs.slot(sha256);
    try {
      if (isSecret(sha256)) {
        return secret(sha256).length;
      }
      return slot == null ? Files.size(path(sha256)) : slot.size();
    } catch (NoSuchFileException e) {
      return -1;
    }
  }

  /** Where a content is stored. */
  Packs.Slot place(String sha256) throws IOException {
    bring(sha256);
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

  /**
   * The stored bytes of a content from its beginning; throws {@link NoSuchFileException} if it is
   * not stored.
   */
  InputStream stream(String sha256) throws IOException {
    Packs.Slot place = place(sha256);
    return part(open(sha256, place.pack()), place);
  }

  private static InputStream stream(Path file, Packs.Slot slot) throws IOException {
    return part(FileChannel.open(file, StandardOpenOption.READ), slot);
  }

  private static InputStream part(FileChannel channel, Packs.Slot slot) throws IOException {
    return new BoundedInput(Channels.newInputStream(channel.position(slot.offset())), slot.size());
  }

  /**
   * Opens the file that a content is in; throws {@link NoSuchFileException} if it is not stored.
   */
  FileChannel open(String sha256, Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      packs.remove(sha256);
      isGone(sha256);
      throw e;
    }
  }

  /**
   * Begins to receive a content.
   *
   * @param size in bytes if known, else negative
   * @param sender who sends it, see {@link Senders#add}
   * @throws NoSpaceException if the disk has no room for it
   */
  public Incoming receive(String sha256, long size, String sender) throws IOException {
    requireFingerprint(sha256);
    return new IncomingContent(this, sha256, sender, incoming(size));
  }

  /**
   * Begins to receive a pack: contents of at most {@link PackHeader#MAX_CONTENT_BYTES}, each behind
   * its header.
   *
   * @param size of all together in bytes, if known, else negative
   * @param sender who sends it, see {@link Senders#add}
   * @throws NoSpaceException if the disk has no room for it
   */
  public Incoming receivePack(long size, String sender) throws IOException {
    return new IncomingPack(this, sender, incoming(size));
  }

  private IncomingFile incoming(long size) throws IOException {
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

  /**
   * Copies a file of this machine into the store, if it is a regular file that can be read and has
   * that fingerprint. It is copied, since the file may change while it is delivered.
   *
   * @return whether the content is now stored
   */
  public boolean adopt(String sha256, Path source) throws IOException {
    if (has(sha256)) {
      return true;
    }
    if (!Files.isRegularFile(source) || !Files.isReadable(source)) {
      return false;
    }
    try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
        Incoming content = receive(sha256, in.size(), null)) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (in.read(buffer) >= 0) {
        content.write(buffer.flip());
        buffer.clear();
      }
      content.commit();
      return true;
    } catch (ContentMismatchException e) {
      return false;
    }
  }

  /**
   * Removes contents whose lease has ended and that no live job names.
   *
   * @param live fingerprints named by live jobs
   * @return number of removed contents
   */
  int collect(Set<String> live) throws IOException {
    int now = ++round;
    int removed = 0;
    for (Map.Entry<String, Integer> lease : leases.entrySet()) {
      String sha256 = lease.getKey();
      int asked = lease.getValue();
      if (now - asked > LEASE_ROUNDS && !live.contains(sha256) && leases.remove(sha256, asked)) {
        removed += remove(sha256) ? 1 : 0;
      }
    }
    shared.removeForgotten();
    return removed;
  }

  private boolean remove(String sha256) throws IOException {
    synchronized (naming) {
      // It may have been stored again meanwhile.
      if (leases.containsKey(sha256)) {
        return false;
      }
      Path file = path(sha256);
      verified.remove(sha256);
      sealed.remove(sha256);
      senders.forget(sha256);
      shared.forget(sha256);
      return packs.remove(sha256) || Files.deleteIfExists(file);
    }
  }

  void accept(Path file, String sha256) throws IOException {
    shared.keep(sha256, Files.size(file), false, () -> Files.newInputStream(file));
    install(file, sha256);
  }

  private void install(Path file, String sha256) throws IOException {
    synchronized (naming) {
      Files.move(file, path(sha256), StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.syncDirectory(directory);
      noteVerified(sha256, state(path(sha256)));
      shared.isHere(sha256);
      leases.put(sha256, round);
    }
  }

  void acceptPack(Path file, Map<String, Packs.Slot> contents) throws IOException {
    for (Map.Entry<String, Packs.Slot> content : contents.entrySet()) {
      Packs.Slot slot = content.getValue();
      shared.keep(content.getKey(), slot.size(), false, () -> stream(file, slot));
    }
    synchronized (naming) {
      Path pack = directory.resolve(Packs.PREFIX + UUID.randomUUID());
      Files.move(file, pack, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.syncDirectory(directory);
      addPack(pack, contents);
      FileState state = state(pack);
      for (String sha256 : contents.keySet()) {
        noteVerified(sha256, state);
      }
    }
  }

  private void addPack(Path pack, Map<String, Packs.Slot> contents) throws IOException {
    packs.add(pack, contents);
    contents
        .keySet()
        .forEach(
            sha256 -> {
              leases.put(sha256, round);
              shared.isHere(sha256);
            });
  }

  private Path path(String sha256) {
    requireFingerprint(sha256);
    return isSecret(sha256) ? secrets.path(sha256) : directory.resolve(sha256);
  }

  private static void requireFingerprint(String sha256) {
    if (!isFingerprint(sha256)) {
      throw new IllegalArgumentException(
          "a SHA-256 of 64 lower-case hexadecimal digits is expected, not " + Quoted.of(sha256));
    }
  }
}
