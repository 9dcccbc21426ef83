package io.directord.server.api;

import io.directord.common.storage.IoErrors;
import io.directord.server.content.Incoming;
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
  private final Beginning beginning;

  /** The chain of disk operations. */
  private CompletableFuture<Void> done = CompletableFuture.completedFuture(null);

  private Incoming incoming;
  private volatile boolean closed;

  UploadReceiver(Exchange connection, Executor disk, Beginning beginning) {
    this.connection = connection;
    this.disk = disk;
    this.beginning = beginning;
  }

  /** Begins to receive, on a worker. */
  @FunctionalInterface
  interface Beginning {
    /** Returns null if the store has it already. */
    Incoming begin() throws IOException;
  }

  @Override
  public void begin() {
    onDisk(
        () -> {
          incoming = closed ? null : beginning.begin();
          if (incoming != null) {
            connection.more();
          } else if (!closed) {
            connection.reply(Reply.empty(HttpResponseStatus.NO_CONTENT));
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
        LOG.log(Level.WARNING, "an unfinished upload is left behind: {0}", IoErrors.sayWhere(e));
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
