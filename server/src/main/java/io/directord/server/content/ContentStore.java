package io.directord.server.content;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.security.Digests;
import io.directord.common.tree.FileState;
import io.directord.common.validation.Counted;
import io.directord.common.wire.PackHeader;
import io.directord.server.store.ContentArchive;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The contents that the server has. A stored content is complete and never changes. It is kept as
 * long as a live job names it, and for a lease after it was last requested, so that it still exists
 * when its job arrives ({@link Leases}; a start of the server renews all of them). {@link
 * ContentFiles} is how they lie on the disk, {@link SharedContents} what other servers have too.
 * Thread-safe; methods block on the disk unless stated otherwise.
 */
public final class ContentStore {
  private static final System.Logger LOG = System.getLogger(ContentStore.class.getName());

  private static final int BUFFER_BYTES = 256 << 10;

  private final Path directory;
  private final SealedContents secrets;
  private final ContentFiles files;
  private final Leases leases = new Leases();

  /** What other servers have too. */
  private final SharedContents shared;

  private final Senders senders;

  private final VerifiedContents verified;

  /** Kept whether or not a job names them. */
  private volatile Set<String> pinned = Set.of();

  /** Held while a content is stored or removed. */
  private final Object naming = new Object();

  private ContentStore(
      Path directory, byte[] key, List<byte[]> formerKeys, ContentArchive archive) {
    this.directory = directory;
    this.secrets = new SealedContents(directory, key, formerKeys);
    this.files = new ContentFiles(directory, secrets);
    this.verified = new VerifiedContents(files);
    this.shared = new SharedContents(archive);
    this.senders = new Senders(directory);
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
    ContentStore store = new ContentStore(directory, key, formerKeys, archive);
    for (ContentArchive.Entry entry : store.shared.list()) {
      store.leases.begin(entry.sha256());
      if (entry.secret()) {
        store.files.noteSecret(entry.sha256());
      }
    }
    for (String sha256 : store.files.open()) {
      store.isHere(sha256);
    }
    store.senders.open(store.leases.all());
    return store;
  }

  /**
   * Removes the secrets of a server that does not lead: the archive has all that were acknowledged,
   * and they would outlive their jobs here.
   *
   * @return number of removed secrets
   */
  public static int removeCopiesOfSecrets(Path directory) throws IOException {
    return SealedContents.removeAll(directory);
  }

  /** Which callers have sent what is stored. */
  public Senders senders() {
    return senders;
  }

  /** Whether the content is stored; if so, its lease is renewed. Never waits for the disk. */
  public boolean renew(String sha256) {
    ContentFiles.requireSha256(sha256);
    return leases.renew(sha256);
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
    VerifiedContents.Found found = verified.find(sha256, packs);
    if (verified.verify(sha256, found)) {
      share(sha256);
      return true;
    }
    return removeDamaged(sha256, found) ? shared.isRemote(sha256) : has(sha256, new HashMap<>());
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
          try (IncomingFile file = files.incoming(shared.remoteBytes(sha256));
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
    leases.end(sha256);
    remove(sha256);
  }

  /**
   * What the file of a content was when it was last verified; null if it was not. What was read of
   * the content may be cached as long as this stays the same. Never waits for the disk.
   */
  FileState verified(String sha256) {
    return verified.state(sha256);
  }

  /**
   * Has a content verified when it is next requested, though its file looks unchanged. Never waits
   * for the disk.
   */
  void doubt(String sha256) {
    verified.forget(sha256);
  }

  /**
   * @return false if it was stored again meanwhile
   */
  private boolean removeDamaged(String sha256, VerifiedContents.Found found) throws IOException {
    synchronized (naming) {
      if (!verified.isUnchanged(sha256, found)) {
        return false;
      }
      if (found.state() != null) {
        LOG.log(
            Level.ERROR,
            "the content {0} in {1} is damaged: it is removed, and must be sent again",
            sha256,
            directory);
      }
      files.remove(sha256);
      isGone(sha256);
      return true;
    }
  }

  private void isGone(String sha256) {
    verified.forget(sha256);
    if (!shared.lost(sha256)) {
      leases.end(sha256);
      senders.forget(sha256);
      files.forgetSecret(sha256);
    }
  }

  /**
   * Stores a secret, which is on the disk only sealed.
   *
   * @throws ContentMismatchException if it has another fingerprint
   */
  public void keepSecret(String sha256, byte[] content) throws IOException {
    ContentFiles.requireSha256(sha256);
    new DiskSpace(directory).ask(content.length);
    synchronized (naming) {
      files.installSecret(sha256, content);
      verified.stored(sha256);
      isHere(sha256);
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
    for (String sha256 : files.allSecrets()) {
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
    return files.isSecret(sha256);
  }

  /** A secret; throws {@link NoSuchFileException} if it cannot be had any more. */
  byte[] secret(String sha256) throws IOException {
    bring(sha256);
    return files.secret(sha256);
  }

  /**
   * Keeps these contents whether or not a job names them, and no longer those of an earlier call.
   */
  public void pin(Set<String> contents) {
    pinned = Set.copyOf(contents);
  }

  /**
   * Removes secrets now, whatever their lease.
   *
   * @param unneeded fingerprints of contents that no live job names
   */
  void removeSecrets(Set<String> unneeded) throws IOException {
    for (String sha256 : unneeded) {
      if (!pinned.contains(sha256) && isSecret(sha256) && leases.end(sha256)) {
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
    if (isSecret(sha256)) {
      try {
        return secret(sha256).length;
      } catch (NoSuchFileException e) {
        return -1;
      }
    }
    long remote = shared.remoteBytes(sha256);
    return remote >= 0 ? remote : files.place(sha256).size();
  }

  /** Where a content is stored. */
  Packs.Slot place(String sha256) throws IOException {
    bring(sha256);
    return files.place(sha256);
  }

  /**
   * The stored bytes of a content from its beginning; throws {@link NoSuchFileException} if it is
   * not stored.
   */
  InputStream stream(String sha256) throws IOException {
    Packs.Slot place = place(sha256);
    return ContentFiles.part(open(sha256, place.pack()), place);
  }

  /**
   * Opens the file that a content is in; throws {@link NoSuchFileException} if it is not stored.
   */
  FileChannel open(String sha256, Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      files.leavePack(sha256);
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
    ContentFiles.requireSha256(sha256);
    return new IncomingContent(this, sha256, sender, files.incoming(size));
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
    return new IncomingPack(this, sender, files.incoming(size));
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
    int removed = 0;
    for (String sha256 : leases.nextRound()) {
      boolean needed = live.contains(sha256) || pinned.contains(sha256);
      if (!needed && leases.endIfOver(sha256)) {
        removed += remove(sha256) ? 1 : 0;
      }
    }
    shared.removeForgotten();
    return removed;
  }

  private boolean remove(String sha256) throws IOException {
    synchronized (naming) {
      // It may have been stored again meanwhile.
      if (leases.has(sha256)) {
        return false;
      }
      verified.forget(sha256);
      senders.forget(sha256);
      shared.forget(sha256);
      try {
        return files.remove(sha256);
      } finally {
        files.forgetSecret(sha256);
      }
    }
  }

  void accept(Path file, String sha256) throws IOException {
    shared.keep(sha256, Files.size(file), false, () -> Files.newInputStream(file));
    install(file, sha256);
  }

  private void install(Path file, String sha256) throws IOException {
    synchronized (naming) {
      files.install(file, sha256);
      verified.stored(sha256);
      isHere(sha256);
    }
  }

  void acceptPack(Path file, Map<String, Packs.Slot> contents) throws IOException {
    for (Map.Entry<String, Packs.Slot> content : contents.entrySet()) {
      Packs.Slot slot = content.getValue();
      shared.keep(
          content.getKey(),
          slot.size(),
          false,
          () -> ContentFiles.part(FileChannel.open(file, StandardOpenOption.READ), slot));
    }
    synchronized (naming) {
      FileState state = ContentFiles.state(files.installPack(file, contents));
      for (String sha256 : contents.keySet()) {
        isHere(sha256);
        verified.stored(sha256, state);
      }
    }
  }

  private void isHere(String sha256) {
    shared.isHere(sha256);
    leases.begin(sha256);
  }
}
