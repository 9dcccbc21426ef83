package io.directord.server.api;

import io.directord.common.validation.ErrorCode;
import io.directord.server.memory.MemoryBudget.Share;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/** Handles most requests: collects the small body, then replies on a worker. */
final class AnswerReceiver implements Receiver {
  private static final String JSON = "application/json";

  private final Call call;
  private final Exchange connection;
  private final Executor workers;
  private final Share share;
  private final RequestMemory memory;
  private final RequestBody body;
  private final Answer answer;
  private boolean refused;

  /** Handles one kind of request. */
  @FunctionalInterface
  interface Answer {
    /**
     * Called on a worker.
     *
     * @return the reply; exceptions become problems
     */
    CompletableFuture<Reply> to(Call call, RequestBody body) throws IOException;
  }

  /** Handles one kind of request that takes no body. */
  @FunctionalInterface
  interface Bodyless {
    /** As {@link Answer#to}. */
    CompletableFuture<Reply> to(Call call) throws IOException;

    /** Refuses a request whose body says something: who wrote it expects that it counts. */
    default Answer strict() {
      return (call, body) -> {
        try (WeighedJson in = body.json()) {
          boolean isEmpty =
              in.nextToken() == null
                  || in.currentToken() == JsonToken.START_OBJECT
                      && in.nextToken() == JsonToken.END_OBJECT
                      && in.nextToken() == null;
          if (!isEmpty) {
            throw BodylessReceiver.unexpected();
          }
        } catch (JacksonException e) {
          throw BodylessReceiver.unexpected();
        }
        return to(call);
      };
    }
  }

  /**
   * @param share the memory for all requests
   */
  AnswerReceiver(Call call, Exchange connection, Executor workers, Share share, Answer answer) {
    this(call, connection, workers, share, Long.MAX_VALUE, answer);
  }

  /**
   * Likewise.
   *
   * @param maxBody bytes that a body may have
   */
  AnswerReceiver(
      Call call, Exchange connection, Executor workers, Share share, long maxBody, Answer answer) {
    this.call = call;
    this.connection = connection;
    this.workers = workers;
    this.share = share;
    this.memory = new RequestMemory(share, call.caller());
    this.body = new RequestBody(memory, maxBody);
    this.answer = answer;
  }

  @Override
  public void begin() {
    String mediaType = call.headers().get(HttpHeaderNames.CONTENT_TYPE, JSON);
    if (hasBody() && !JSON.contentEquals(HttpUtil.getMimeType(mediaType))) {
      throw new ApiProblem(
          HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
          ErrorCode.INVALID_REQUEST,
          "a body of application/json is expected, not "
              + mediaType
              + "; with curl, add -H 'Content-Type: application/json'");
    }
    RequestMemory.requirePossible(share, contentLength(call));
    body.requirePossible(contentLength(call));
    connection.more();
  }

  @Override
  public void part(ByteBuf bytes) {
    try {
      if (!refused) {
        body.add(bytes);
        connection.more();
      }
    } catch (ApiProblem e) {
      refused = true;
      connection.reply(Reply.problem(e));
    } finally {
      bytes.release();
    }
  }

  @Override
  public void end() {
    if (refused) {
      return;
    }
    workers.execute(
        () ->
            answer()
                .orTimeout(connection.limits().answer().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete(
                    (reply, failure) ->
                        connection.reply(failure == null ? reply : Reply.problem(failure))));
  }

  @Override
  public void close() {
    memory.close();
  }

  private CompletableFuture<Reply> answer() {
    try {
      return answer.to(call, body);
    } catch (RuntimeException | IOException | Error e) {
      // Whatever it is, the caller waits for an answer.
      return CompletableFuture.failedFuture(e);
    }
  }

  private boolean hasBody() {
    return contentLength(call) > 0 || call.headers().contains(HttpHeaderNames.TRANSFER_ENCODING);
  }

  /** As announced; -1 if it was not. */
  static long contentLength(Call call) {
    String length = call.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null ? -1 : Long.parseLong(length);
  }
}
