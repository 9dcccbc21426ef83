package io.directord.server.api;

import io.directord.common.api.JobView;
import io.directord.common.json.Json;
import io.directord.server.dispatch.Dispatch;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;

/** Answers with one job and its results, one after the other as fast as the asker takes them. */
final class JobReceiver implements Receiver {
  private static final System.Logger LOG = System.getLogger(JobReceiver.class.getName());
  private static final String MEDIA_TYPE = "application/json";

  private final HttpConnection connection;
  private final Dispatch dispatch;
  private final UUID id;
  private final Executor workers;

  /**
   * @param id null for the newest job
   * @param workers may be held up for as long as an asker reads
   */
  JobReceiver(HttpConnection connection, Dispatch dispatch, UUID id, Executor workers) {
    this.connection = connection;
    this.dispatch = dispatch;
    this.id = id;
    this.workers = workers;
  }

  @Override
  public void begin() {
    connection.more();
  }

  @Override
  public void part(ByteBuf bytes) {
    bytes.release();
    connection.more();
  }

  @Override
  public void end() {
    dispatch
        .job(id)
        .orTimeout(connection.limits().answer().toMillis(), TimeUnit.MILLISECONDS)
        .whenCompleteAsync(this::answer, workers);
  }

  private void answer(JobView job, Throwable failure) {
    if (failure != null) {
      connection.reply(Reply.problem(failure));
      return;
    }
    ReplyStream out = new ReplyStream(connection, MEDIA_TYPE);
    try {
      Json.mapper().writeValue(out, job);
      out.finish();
    } catch (RuntimeException | IOException e) {
      end(out, e instanceof JacksonException && e.getCause() != null ? e.getCause() : e);
    }
  }

  private void end(ReplyStream out, Throwable why) {
    if (out.isBegun()) {
      LOG.log(Level.DEBUG, "a job was not read to its end", why);
      out.cut();
    } else {
      connection.reply(Reply.problem(why));
    }
  }
}
