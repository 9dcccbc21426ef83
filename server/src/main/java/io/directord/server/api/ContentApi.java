package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.security.Digests;
import io.directord.common.storage.IoErrors;
import io.directord.common.tree.InvalidTreeException;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Quoted;
import io.directord.common.wire.PackHeader;
import io.directord.server.access.Caller;
import io.directord.server.content.ContentStore;
import io.directord.server.content.Trees;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Uploads of contents that jobs deliver. */
final class ContentApi {
  private final ContentStore contents;
  private final Trees trees;
  private final Executor disk;

  ContentApi(ContentStore contents, Trees trees, Executor disk) {
    this.contents = contents;
    this.trees = trees;
    this.disk = disk;
  }

  Receiver upload(Call call, Exchange connection) {
    String sha256 = fingerprint(call);
    String sender = call.caller().sender();
    return new UploadReceiver(
        connection,
        disk,
        () ->
            contents.has(sha256, sender)
                ? null
                : contents.receive(sha256, AnswerReceiver.contentLength(call), sender));
  }

  /** Many small contents in one request. */
  Receiver uploadPack(Call call, Exchange connection) {
    long length = AnswerReceiver.contentLength(call);
    if (length < 0 || length > PackHeader.MAX_PACK_BYTES) {
      throw Call.bad(
          "contents that are sent together need a Content-Length of at most "
              + PackHeader.MAX_PACK_BYTES);
    }
    String sender = call.caller().sender();
    return new UploadReceiver(connection, disk, () -> contents.receivePack(length, sender));
  }

  /** Which files of a directory are to be sent. */
  CompletableFuture<Reply> missing(Call call) {
    String manifest = fingerprint(call);
    String sender = call.caller().sender();
    return CompletableFuture.supplyAsync(() -> missing(manifest, sender), disk);
  }

  private Reply missing(String manifest, String sender) {
    try {
      if (!contents.has(manifest, sender)) {
        throw new ApiProblem(
            HttpResponseStatus.NOT_FOUND,
            ErrorCode.UNKNOWN_CONTENT,
            "the server lacks this manifest; send it with PUT");
      }
      return Reply.json(
          HttpResponseStatus.OK,
          new Bodies.MissingFiles(
              List.copyOf(trees.missing(manifest, Bodies.MissingFiles.MAX_FILES, sender))));
    } catch (InvalidTreeException e) {
      return Reply.problem(Call.bad(IoErrors.say(e)));
    } catch (RuntimeException | IOException e) {
      return Reply.problem(e);
    }
  }

  /** Takes a secret, whole and in memory. */
  Receiver keep(Call call, Exchange connection) {
    return new SecretReceiver(
        connection,
        disk,
        contents,
        fingerprint(call),
        call.caller().sender(),
        AnswerReceiver.contentLength(call));
  }

  /** Whether a content is stored, or can be copied from a file of this machine. */
  Receiver ask(Call call, Exchange connection) {
    String sha256 = fingerprint(call);
    Path path = path(call.parameter("path"));
    return new BodylessReceiver(connection) {
      @Override
      void received() {
        disk.execute(() -> connection.reply(answer(call.caller(), sha256, path)));
      }
    };
  }

  /**
   * Naming a path makes the server read it with its own rights. So only callers with these rights
   * may do that; all others upload what they can read.
   */
  private Reply answer(Caller caller, String sha256, Path path) {
    try {
      if (contents.has(sha256, caller.sender())
          || path != null && caller.hasServersRights() && contents.adopt(sha256, path)) {
        return Reply.empty(HttpResponseStatus.OK);
      }
      return Reply.problem(
          new ApiProblem(
              HttpResponseStatus.NOT_FOUND,
              ErrorCode.UNKNOWN_CONTENT,
              "the server lacks this content; send it with PUT"));
    } catch (RuntimeException | IOException e) {
      return Reply.problem(e);
    }
  }

  private static String fingerprint(Call call) {
    String sha256 = call.path().get("sha256");
    if (!Digests.isSha256(sha256)) {
      throw Call.bad(
          "a SHA-256 of 64 lower-case hexadecimal digits is expected, not " + Quoted.of(sha256));
    }
    return sha256;
  }

  private static Path path(String text) {
    try {
      Path path = text == null ? null : Path.of(text);
      if (path != null && !path.isAbsolute()) {
        throw Call.bad("path: an absolute path is expected, not " + Quoted.of(text));
      }
      return path;
    } catch (InvalidPathException e) {
      throw Call.bad("path: " + e.getMessage());
    }
  }
}
