package io.directord.server.api;

import io.directord.common.storage.IoErrors;
import io.directord.server.content.ContentStore;
import io.directord.server.content.IncomingContent;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Writes a body to the content store part by part: a part is requested only when the previous one
 * is on the disk, so an upload of any size takes the memory of one part.
 */
final class UploadReceiver implements Receiver {
  private static final System.Logger LOG = System.getLogger(UploadReceiver.class.getName());

  private final Exchange connection;
  private final Executor disk;
  private final ContentStore contents;
  private final String sha256;
  private final long size;

  /** The chain of disk operations. */
  private CompletableFuture<Void> done = CompletableFuture.completedFuture(null);

  private IncomingContent incoming;
  private volatile boolean closed;

  /**
   * @param size as announced; negative if it was not
   */
  UploadReceiver(
      Exchange connection, Executor disk, ContentStore contents, String sha256, long size) {
    this.connection = connection;
    this.disk = disk;
    this.contents = contents;
    this.sha256 = sha256;
    this.size = size;
  }

  @Override
  public void begin() {
    onDisk(
        () -> {
          if (contents.has(sha256)) {
            connection.reply(Reply.empty(HttpResponseStatus.NO_CONTENT));
          } else if (!closed) {
            incoming = contents.receive(sha256, size);
            connection.more();
          }
        });
  }

  @Override
  public void part(ByteBuf bytes) {
    onDisk(
        () -> {
          try {
            if (!closed) {
              incoming.write(bytes.nioBuffer());
              connection.more();
            }
          } finally {
            bytes.release();
          }
        });
  }

  @Override
  public void end() {
    onDisk(
        () -> {
          if (!closed) {
            incoming.commit();
            connection.reply(Reply.empty(HttpResponseStatus.CREATED));
          }
        });
  }

  @Override
  public void close() {
    closed = true;
    done = done.thenRunAsync(this::discard, disk);
  }

  private void discard() {
    if (incoming != null) {
      try {
        incoming.close();
      } catch (IOException e) {
        LOG.log(
            Level.WARNING,
            "an unfinished upload of {0} is left behind: {1}",
            sha256,
            IoErrors.sayWhere(e));
      }
    }
  }

  private void onDisk(Work work) {
    done =
        done.thenRunAsync(
            () -> {
              try {
                work.run();
              } catch (RuntimeException | IOException e) {
                connection.reply(Reply.problem(e));
              }
            },
            disk);
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }
}
