package io.directord.legacy.ports;

import io.directord.common.component.SourceFile;
import io.directord.common.security.Digests;
import io.directord.common.storage.IoErrors;
import io.directord.server.link.ContentTaker;
import io.directord.server.link.PlainContents;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Which client may fetch which file: those of jobs that were sent to it and have no result yet.
 * Also knows the files' SHA3-224, by which such clients recognise a file that they have.
 * Thread-safe.
 */
final class LegacyContents implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LegacyContents.class.getName());
  private static final int BLOCK_BYTES = 256 << 10;
  private static final int SUMS_KEPT = 1000;

  private final PlainContents reader;
  private final Map<Request, Source> allowed = new ConcurrentHashMap<>();
  private final Map<String, String> sums =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > SUMS_KEPT;
        }
      };
  private final ExecutorService summing =
      new ThreadPoolExecutor(
          0,
          1,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          LegacyContents::thread,
          // The ports are closing: nobody needs it any more.
          new ThreadPoolExecutor.DiscardPolicy());

  private record Request(String identity, UUID part, String path) {}

  private record Source(UUID jobId, String sha256) {}

  LegacyContents(PlainContents reader) {
    this.reader = reader;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "legacy-sums");
    thread.setDaemon(true);
    return thread;
  }

  void allow(String identity, UUID jobId, LegacyJob.Part part) {
    SourceFile file = part.file();
    allowed.put(new Request(identity, part.id(), file.path()), new Source(jobId, file.sha256()));
  }

  void forbid(String identity, LegacyJob.Part part) {
    allowed.remove(new Request(identity, part.id(), part.file().path()));
  }

  /**
   * Requests a piece of a file.
   *
   * @param part the id that the client was given with the job
   * @param form converts the bytes that were read into those that are sent
   * @param taker not called if the client may not have it
   * @return whether it may
   */
  boolean take(
      String identity,
      UUID part,
      String path,
      long position,
      int max,
      UnaryOperator<byte[]> form,
      ContentTaker taker) {
    Source source = allowed.get(new Request(identity, part, path));
    if (source != null) {
      reader.take(source.jobId(), source.sha256(), position, max, form, taker);
    }
    return source != null;
  }

  /** Whether pieces cannot be read for lack of memory. */
  boolean isOutOfMemory() {
    return reader.isOutOfMemory();
  }

  /** The file's SHA3-224 if it is known. */
  String sum(SourceFile file) {
    synchronized (sums) {
      return sums.get(file.sha256());
    }
  }

  /**
   * Computes the file's SHA3-224 on another thread.
   *
   * @param whenKnown receives null, or why the file cannot be read
   */
  void findSum(UUID jobId, SourceFile file, Consumer<String> whenKnown) {
    summing.execute(
        () -> {
          try {
            String sum = computeSum(jobId, file.sha256());
            synchronized (sums) {
              sums.put(file.sha256(), sum);
            }
            whenKnown.accept(null);
          } catch (IOException e) {
            LOG.log(Level.WARNING, "content {0}: {1}", file.sha256(), IoErrors.sayWhere(e));
            whenKnown.accept("the server cannot read " + file.path() + ": " + IoErrors.sayWhere(e));
          }
        });
  }

  private String computeSum(UUID jobId, String sha256) throws IOException {
    MessageDigest digest = Digests.sha3();
    long position = 0;
    byte[] block;
    do {
      block = reader.read(jobId, sha256, position, BLOCK_BYTES);
      digest.update(block);
      position += block.length;
    } while (block.length > 0);
    return Digests.hex(digest);
  }

  @Override
  public void close() {
    summing.shutdownNow();
  }
}
