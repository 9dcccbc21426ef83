package io.directord.server.api;

import io.directord.common.api.JobView;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Replies with one job and its results in parts: a worker makes a part when the connection can take
 * it, and is free while the caller reads. Everything but {@link JobParts} is used on the event loop
 * only.
 */
final class JobReceiver extends BodylessReceiver implements ReaderMemory.Follower {
  private static final System.Logger LOG = System.getLogger(JobReceiver.class.getName());
  private static final String MEDIA_TYPE = "application/json";
  private static final long RETRY_MILLIS = 100;

  /** After this time, a result is dropped and made again later, if the caller does not read. */
  private static final long KEEP_MILLIS = 1000;

  private final Supplier<CompletableFuture<JobView>> question;
  private final Executor workers;
  private JobParts parts;
  private boolean begun;
  private boolean working;
  private boolean closed;
  private int waits;

  /** Since when the caller has not read; 0 while it reads. */
  private volatile long waitsSince;

  /**
   * @param question requests the job
   */
  JobReceiver(
      Exchange connection, Supplier<CompletableFuture<JobView>> question, Executor workers) {
    super(connection);
    this.question = question;
    this.workers = workers;
  }

  @Override
  void received() {
    question
        .get()
        .orTimeout(connection.limits().answer().toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((job, failure) -> onLoop(() -> found(job, failure)));
  }

  private void onLoop(Runnable work) {
    connection.context().executor().execute(work);
  }

  private void found(JobView job, Throwable failure) {
    if (failure != null) {
      connection.reply(Reply.problem(failure));
    } else if (!closed) {
      parts = new JobParts(job, connection.memory());
      connection.memory().add(this);
      make(System.nanoTime());
    }
  }

  /**
   * @param since first time without memory
   */
  private void make(long since) {
    if (closed) {
      parts.close();
      return;
    }
    working = true;
    workers.execute(
        () -> {
          try {
            byte[] part = parts.next();
            onLoop(() -> made(part));
          } catch (JobParts.NoMemoryException e) {
            onLoop(() -> again(since));
          } catch (RuntimeException | Error e) {
            onLoop(() -> failed(e));
          }
        });
  }

  private void again(long since) {
    working = false;
    if (System.nanoTime() - since > connection.limits().answer().toNanos()) {
      failed(new TimeoutException("no memory"));
      return;
    }
    connection
        .context()
        .executor()
        .schedule(() -> make(since), RETRY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void made(byte[] part) {
    working = false;
    if (closed) {
      connection.memory().release(JobParts.PART_BYTES);
      parts.close();
    } else if (!begun && parts.isAtEnd()) {
      connection.memory().release(JobParts.PART_BYTES);
      connection.reply(new Reply(HttpResponseStatus.OK, MEDIA_TYPE, part, Map.of()));
    } else {
      write(part);
    }
  }

  private void write(byte[] part) {
    if (!begun) {
      begun = true;
      connection.stream(MEDIA_TYPE);
    }
    connection
        .context()
        .writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(part)))
        .addListener(done -> connection.memory().release(JobParts.PART_BYTES));
    if (parts.isAtEnd()) {
      connection
          .context()
          .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
          .addListener(ChannelFutureListener.CLOSE);
    } else if (connection.context().channel().isWritable()) {
      make(System.nanoTime());
    } else {
      await();
    }
  }

  private void await() {
    waitsSince = System.nanoTime() | 1;
    int wait = ++waits;
    after(KEEP_MILLIS, wait, parts::forget);
    after(connection.limits().answer().toMillis(), wait, this::cut);
  }

  /** Runs the action if the caller has read nothing in that time. */
  private void after(long millis, int wait, Runnable work) {
    connection
        .context()
        .executor()
        .schedule(
            () -> {
              if (!closed && waitsSince != 0 && waits == wait) {
                work.run();
              }
            },
            millis,
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void writable() {
    if (waitsSince != 0 && connection.context().channel().isWritable()) {
      waitsSince = 0;
      make(System.nanoTime());
    }
  }

  private void failed(Throwable why) {
    working = false;
    parts.forget();
    if (closed) {
      return;
    }
    if (begun) {
      LOG.log(Level.DEBUG, "a job was not sent to its end", why);
      // Closes the connection without the end of the reply, so that it is not taken for complete.
      cut();
    } else {
      connection.reply(Reply.problem(why));
    }
  }

  @Override
  public long waitsSince() {
    long since = waitsSince;
    return since == 0 ? System.nanoTime() : since;
  }

  /** JSON kept for a caller that does not read is dropped after a short time anyway. */
  @Override
  public void forget() {}

  @Override
  public void cut() {
    connection.context().close();
  }

  @Override
  public void close() {
    closed = true;
    connection.memory().remove(this);
    if (parts != null && !working) {
      parts.close();
    }
  }
}
