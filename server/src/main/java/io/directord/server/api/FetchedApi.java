package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Quoted;
import io.directord.server.access.Caller;
import io.directord.server.access.Tokens;
import io.directord.server.content.FetchedStore;
import io.directord.server.content.StoredContents;
import io.directord.server.dispatch.Dispatch;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Downloads of what jobs have brought from nodes. A caller gets only what jobs of the same user or
 * token have brought; who has the server's own rights gets everything.
 */
final class FetchedApi {
  /** Maximum length of a reply; a caller asks for the next part with another offset. */
  private static final int MAX_BYTES = 1 << 20;

  private final StoredContents contents;
  private final Dispatch dispatch;
  private final Executor disk;

  FetchedApi(StoredContents contents, Dispatch dispatch, Executor disk) {
    this.contents = contents;
    this.dispatch = dispatch;
    this.disk = disk;
  }

  /** Something that is done for an id. */
  @FunctionalInterface
  private interface Work {
    Reply reply(UUID job) throws IOException;
  }

  CompletableFuture<Reply> list(Call call) {
    return of(
        call,
        job ->
            Reply.json(
                HttpResponseStatus.OK,
                new Bodies.Fetched(
                    job, contents.fetched().list(job), contents.intakes().coming(job))));
  }

  CompletableFuture<Reply> read(Call call) {
    long offset = offset(call.parameter("offset"));
    String node = call.path().get("node");
    return of(
        call,
        job -> {
          FetchedStore.Part part = contents.fetched().open(job, node, offset, MAX_BYTES);
          if (part == null) {
            return none(node);
          }
          HttpResponseStatus status =
              part.whole() ? HttpResponseStatus.OK : HttpResponseStatus.ACCEPTED;
          return Reply.file(status, new FileBody(part.file(), part.offset(), part.length()))
              .loaded();
        });
  }

  CompletableFuture<Reply> remove(Call call) {
    String node = call.path().get("node");
    return of(
        call,
        job -> {
          if (!contents.fetched().remove(job, node)) {
            return none(node);
          }
          contents.intakes().roomWasMade();
          return Reply.json(HttpResponseStatus.OK, new Bodies.Removed(1));
        });
  }

  private static Reply none(String node) {
    return Reply.problem(
        new ApiProblem(
            HttpResponseStatus.NOT_FOUND,
            ErrorCode.NOTHING_FETCHED,
            "the job has brought nothing from "
                + Quoted.of(node)
                + " that the server still has: it was downloaded, or not for a day"));
  }

  private CompletableFuture<Reply> of(Call call, Work work) {
    return dispatch
        .find(call.path().get("id"), true)
        .thenApplyAsync(
            job -> {
              try {
                requireOwner(call.caller(), job);
                return work.reply(job);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            },
            disk);
  }

  private void requireOwner(Caller caller, UUID job) {
    String kept = contents.fetched().owner(job);
    String owner = kept != null ? kept : contents.intakes().owner(job);
    if (owner != null
        && !owner.equals(dispatch.tokens().holder(caller.user(), Instant.MAX))
        && !caller.hasServersRights()) {
      String user = Tokens.user(owner);
      throw new ApiProblem(
          HttpResponseStatus.FORBIDDEN,
          ErrorCode.NO_PERMISSION,
          "job "
              + job
              + " was submitted by "
              + (user.equals(caller.user()) ? "another token of the name " + caller.token() : user)
              + ", who alone may download its files");
    }
  }

  static long offset(String text) {
    if (text == null) {
      return 0;
    }
    if (!text.matches("\\d{1,18}")) {
      throw Call.bad("offset: a number from 0 is expected, not " + Quoted.of(text));
    }
    return Long.parseLong(text);
  }
}
