package io.directord.server.api;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Most requests: collects what little body there is, then answers on a worker. */
final class AnswerReceiver implements Receiver {
  private static final String JSON = "application/json";

  private final Call call;
  private final HttpConnection connection;
  private final Executor workers;
  private final AtomicLong allBodies;
  private final Answer answer;
  private ByteArrayOutputStream body = new ByteArrayOutputStream(0);
  private long counted;
  private boolean refused;

  /** Answers one kind of request. */
  @FunctionalInterface
  interface Answer {
    /**
     * Called on a worker.
     *
     * @return what is answered; failures are turned into problems
     */
    CompletableFuture<Reply> to(Call call, byte[] body) throws IOException;
  }

  /**
   * @param allBodies counts the bytes of all bodies under way
   */
  AnswerReceiver(
      Call call, HttpConnection connection, Executor workers, AtomicLong allBodies, Answer answer) {
    this.call = call;
    this.connection = connection;
    this.workers = workers;
    this.allBodies = allBodies;
    this.answer = answer;
  }

  @Override
  public void begin() {
    String mediaType = call.headers().get(HttpHeaderNames.CONTENT_TYPE, JSON);
    if (hasBody() && !JSON.contentEquals(HttpUtil.getMimeType(mediaType))) {
      throw new ApiProblem(
          HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
          "a body of application/json is expected, not "
              + mediaType
              + "; with curl, add -H 'Content-Type: application/json'");
    }
    refuseIfTooLarge(contentLength(call));
    connection.more();
  }

  @Override
  public void part(ByteBuf bytes) {
    int length = bytes.readableBytes();
    try {
      refuseIfTooLarge(counted + length);
      counted += length;
      if (allBodies.addAndGet(length) > connection.limits().allBodiesBytes()) {
        throw new ApiProblem(
            HttpResponseStatus.SERVICE_UNAVAILABLE,
            "other large requests are under way; try again in a moment");
      }
      bytes.readBytes(body, length);
      connection.more();
    } catch (ApiProblem e) {
      refused = true;
      connection.reply(Reply.problem(e));
    } catch (IOException e) {
      throw new IllegalStateException("memory cannot be written to", e);
    } finally {
      bytes.release();
    }
  }

  @Override
  public void end() {
    if (refused) {
      return;
    }
    byte[] bytes = body.toByteArray();
    body = null;
    workers.execute(
        () ->
            answer(bytes)
                .orTimeout(connection.limits().answer().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete(
                    (reply, failure) ->
                        connection.reply(failure == null ? reply : Reply.problem(failure))));
  }

  @Override
  public void close() {
    allBodies.addAndGet(-counted);
  }

  private CompletableFuture<Reply> answer(byte[] bytes) {
    try {
      return answer.to(call, bytes);
    } catch (RuntimeException | IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private boolean hasBody() {
    return contentLength(call) > 0 || call.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
  }

  private void refuseIfTooLarge(long bytes) {
    if (bytes > connection.limits().bodyBytes()) {
      throw new ApiProblem(
          HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
          "the body is longer than "
              + connection.limits().bodyBytes()
              + " bytes; submit the jobs in several requests");
    }
  }

  /** As announced; -1 if it was not. */
  static long contentLength(Call call) {
    String length = call.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null ? -1 : Long.parseLong(length);
  }
}
