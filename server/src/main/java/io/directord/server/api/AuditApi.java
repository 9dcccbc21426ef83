package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.validation.Quoted;
import io.directord.server.audit.AuditFound;
import io.directord.server.audit.AuditLog;
import io.directord.server.audit.AuditVerified;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** The audit log. */
final class AuditApi {
  private static final int MAX_LINES = 10_000;

  private final AuditLog log;
  private final Executor disk;

  AuditApi(AuditLog log, Executor disk) {
    this.log = log;
    this.disk = disk;
  }

  private interface Work {
    Object run() throws IOException;
  }

  private CompletableFuture<Reply> answer(Work work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Reply.json(HttpResponseStatus.OK, work.run());
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        },
        disk);
  }

  CompletableFuture<Reply> list(Call call) {
    Instant since = since(call.parameter("since"));
    String by = call.parameter("by");
    String given = call.parameter("limit");
    if (given != null && !given.matches("[1-9]\\d{0,8}")) {
      throw Call.bad("limit: a number from 1 is expected, not " + Quoted.of(given));
    }
    int limit = given == null ? MAX_LINES : Math.min(MAX_LINES, Integer.parseInt(given));
    return answer(
        () ->
            body(
                log.read(
                    since,
                    line -> {
                      String who = line.path("who").asString("");
                      return by == null || who.equals(by) || who.equals("token:" + by);
                    },
                    limit)));
  }

  private static Bodies.Audit body(AuditFound found) {
    return new Bodies.Audit(found.lines(), found.omitted());
  }

  private static Instant since(String text) {
    try {
      return text == null ? Instant.EPOCH : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw Call.bad(
          "since: a time such as 2026-01-31T12:00:00Z is expected, not " + Quoted.of(text));
    }
  }

  CompletableFuture<Reply> verify(Call call) {
    return answer(
        () -> {
          AuditVerified found = log.verify();
          return new Bodies.AuditVerified(
              found.lines(), found.first(), found.since(), found.error());
        });
  }
}
