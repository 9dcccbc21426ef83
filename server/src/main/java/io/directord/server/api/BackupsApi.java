package io.directord.server.api;

import io.directord.common.api.BackupView;
import io.directord.common.api.Bodies;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Quoted;
import io.directord.server.backup.Backups;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Backups of the store: made, looked at, and downloaded in parts. */
final class BackupsApi {
  /** Maximum length of a reply; a caller asks for the next part with another offset. */
  private static final int MAX_BYTES = 1 << 20;

  private final Backups backups;
  private final Executor disk;

  BackupsApi(Backups backups, Executor disk) {
    this.backups = backups;
    this.disk = disk;
  }

  /** Something that is done with the disk. */
  @FunctionalInterface
  private interface Work {
    Reply reply() throws IOException;
  }

  CompletableFuture<Reply> make(Call call) {
    return onDisk(
        () -> {
          Optional<BackupView> begun;
          try {
            begun = backups.begin();
          } catch (IOException e) {
            throw new ApiProblem(
                HttpResponseStatus.SERVICE_UNAVAILABLE, ErrorCode.DISK_FULL, IoErrors.sayWhere(e));
          }
          return Reply.json(
              HttpResponseStatus.ACCEPTED,
              begun.orElseThrow(
                  () ->
                      new ApiProblem(
                          HttpResponseStatus.CONFLICT,
                          ErrorCode.NOT_POSSIBLE_NOW,
                          "a backup is being made already: wait for its end")));
        });
  }

  CompletableFuture<Reply> show(Call call) {
    String id = call.path().get("id");
    return onDisk(() -> Reply.json(HttpResponseStatus.OK, backups.find(id).orElseThrow(none(id))));
  }

  CompletableFuture<Reply> read(Call call) {
    String id = call.path().get("id");
    long offset = FetchedApi.offset(call.parameter("offset"));
    return onDisk(
        () -> {
          FileChannel file = backups.open(id).orElseThrow(none(id));
          int length = (int) Math.max(0, Math.min(MAX_BYTES, file.size() - offset));
          return Reply.file(HttpResponseStatus.OK, new FileBody(file, offset, length)).loaded();
        });
  }

  CompletableFuture<Reply> remove(Call call) {
    String id = call.path().get("id");
    return onDisk(
        () -> {
          if (!backups.remove(id)) {
            throw none(id).get();
          }
          return Reply.json(HttpResponseStatus.OK, new Bodies.Removed(1));
        });
  }

  private static Supplier<ApiProblem> none(String id) {
    return () ->
        new ApiProblem(
            HttpResponseStatus.NOT_FOUND,
            ErrorCode.UNKNOWN_BACKUP,
            "there is no backup "
                + Quoted.of(id)
                + " that could be had: it is being made, was downloaded, or was not read for ten"
                + " minutes");
  }

  private CompletableFuture<Reply> onDisk(Work work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.reply();
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        disk);
  }
}
