package io.directord.server.api;

import io.directord.common.api.Problem;
import io.directord.common.json.Json;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Permission;
import io.directord.server.audit.AuditEntry;
import io.directord.server.audit.AuditLog;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Has the audit log record what changes something, and what is refused. While it cannot be written,
 * nothing is taken that would have to be recorded.
 */
final class Auditor {
  private static final Set<Permission> READING =
      EnumSet.of(
          Permission.READ_NODES,
          Permission.READ_METRICS,
          Permission.READ_JOBS,
          Permission.FOLLOW,
          Permission.ASK_RIGHTS,
          Permission.UPLOAD_CONTENT);

  /** Routes that need the permission to submit, but change nothing. */
  private static final Set<String> CHECKS = Set.of("/v1/check", "/v1/plan");

  /** Routes that are polled while a download is awaited. */
  private static final Set<String> LISTS = Set.of("/v1/backups/{id}", "/v1/jobs/{id}/fetched");

  /** Permissions of routes that only change something if the method is not GET. */
  private static final Set<Permission> BY_METHOD =
      EnumSet.of(Permission.MANAGE_TOKENS, Permission.OPEN_PAGE);

  /**
   * What must be possible while nothing can be recorded: it stops something, makes room, or lets
   * somebody do that.
   */
  private static final Set<Permission> ALSO_UNRECORDED =
      EnumSet.of(Permission.CANCEL, Permission.DOWNLOAD, Permission.OPEN_PAGE);

  private static final String STRANGERS = "strangers";
  private static final int MAX_ACTION = 100;
  private static final int MAX_PLACES = 10;
  private static final int OMITTED_SECONDS = 10;

  private final AuditLog log;
  private final RequestRate refusals = new RequestRate(1, 100, System::nanoTime);
  private final RequestRate strangers = new RequestRate(1, 5, System::nanoTime);

  /** Of a file that is downloaded in parts, only the first request is recorded. */
  private final DownloadParts downloads = new DownloadParts();

  /** Refusals that were not recorded, by caller. */
  private final Map<String, Omitted> omitted = new ConcurrentHashMap<>();

  /**
   * Requests of one caller.
   *
   * @param from where the first one came from
   * @param status of that one
   */
  private record Omitted(String from, int status, long count) {
    Omitted and(Omitted others) {
      return new Omitted(from, status, count + others.count);
    }
  }

  Auditor(AuditLog log) {
    this.log = log;
  }

  /** The same route, whose requests are recorded if they change something. */
  Route recorded(Route route) {
    boolean reads =
        READING.contains(route.permission())
            || BY_METHOD.contains(route.permission()) && route.method().equals(HttpMethod.GET)
            || route.permission() == Permission.READ_AUDIT
            || LISTS.contains(route.template()) && route.method().equals(HttpMethod.GET)
            || CHECKS.contains(route.template());
    return new Route(
        route.method(),
        route.template(),
        route.parameters(),
        route.permission(),
        (call, connection) -> {
          if (reads) {
            return route
                .endpoint()
                .receive(call, new Recorded(connection, reply -> read(call, connection, reply)));
          }
          if (!mayGoUnrecorded(route)) {
            requireWritable();
          }
          boolean isDownload = route.parameters().contains("offset");
          return route
              .endpoint()
              .receive(
                  call,
                  new Recorded(
                      connection,
                      reply ->
                          answered(
                              call,
                              connection,
                              reply,
                              isDownload && downloads.goesOn(call, reply))));
        });
  }

  private static boolean mayGoUnrecorded(Route route) {
    return ALSO_UNRECORDED.contains(route.permission())
        || route.permission() == Permission.MANAGE_TOKENS
            && route.method().equals(HttpMethod.DELETE);
  }

  private void requireWritable() {
    String trouble = log.trouble();
    if (trouble != null) {
      throw new ApiProblem(
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          ErrorCode.DISK_FULL,
          trouble + ": nothing is taken that cannot be recorded");
    }
  }

  /** Of reading, what the caller may not see. */
  private CompletableFuture<Void> read(Call call, Exchange connection, Reply reply) {
    return reply.status().equals(HttpResponseStatus.FORBIDDEN)
        ? recordRefused(connection.context().channel(), entry(call, connection, reply))
        : CompletableFuture.completedFuture(null);
  }

  private static AuditEntry entry(Call call, Exchange connection, Reply reply) {
    int status = reply.status().code();
    return new AuditEntry(
        call.note().by(call.caller()),
        from(connection.context().channel()),
        call.action(),
        status != HttpResponseStatus.FORBIDDEN.code(),
        status,
        call.note().subject(problem(reply)));
  }

  private CompletableFuture<Void> answered(
      Call call, Exchange connection, Reply reply, boolean goesOn) {
    Channel channel = connection.context().channel();
    AuditEntry entry = entry(call, connection, reply);
    if (reply.status().equals(HttpResponseStatus.UNAUTHORIZED)) {
      return recordStranger(channel, entry);
    }
    if (reply.status().codeClass() == HttpStatusClass.CLIENT_ERROR) {
      return recordRefused(channel, entry);
    }
    return goesOn ? CompletableFuture.completedFuture(null) : log.record(entry);
  }

  /** Nobody can fill the log with requests that are refused. */
  private CompletableFuture<Void> recordRefused(Channel connection, AuditEntry entry) {
    if (refusals.take(entry.who())) {
      return log.record(entry);
    }
    omit(connection, entry.who(), entry.status());
    return CompletableFuture.completedFuture(null);
  }

  private void omit(Channel connection, String who, int status) {
    Omitted one = new Omitted(from(connection), status, 1);
    if (omitted.merge(who, one, Omitted::and).count == 1) {
      connection.eventLoop().schedule(() -> tellOmitted(who), OMITTED_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void tellOmitted(String who) {
    Omitted some = omitted.remove(who);
    if (some != null) {
      String action =
          Counted.of(some.count, "more request") + " in " + OMITTED_SECONDS + " seconds";
      log.record(new AuditEntry(who, some.from, action, false, some.status, null));
    }
  }

  /** The server ends: what was counted is recorded now. */
  void stop() {
    omitted.keySet().forEach(this::tellOmitted);
  }

  /** Of what was written wrongly only the places, since messages repeat what was written. */
  private static String problem(Reply reply) {
    if (reply.code() == null) {
      return null;
    }
    Problem problem = Json.read(reply.body(), Problem.class);
    if (problem.errors().isEmpty() && !reply.status().equals(HttpResponseStatus.BAD_REQUEST)) {
      return problem.detail();
    }
    String places =
        problem.errors().stream()
            .map(error -> error.place().toString())
            .filter(place -> !place.isEmpty())
            .distinct()
            .limit(MAX_PLACES)
            .collect(Collectors.joining(", "));
    return reply.code().text() + (places.isEmpty() ? "" : ": " + places);
  }

  /** A request that was refused before anybody handled it. Strangers are recorded now and then. */
  void refused(Channel connection, String action, ApiProblem why) {
    int status = why.status().code();
    if (status == HttpResponseStatus.UNAUTHORIZED.code()) {
      String stranger = Callers.peer(connection).user();
      recordStranger(connection, refusal(stranger, connection, action, why));
    } else if (status == HttpResponseStatus.FORBIDDEN.code()) {
      recordRefused(connection, refusal(Callers.of(connection).user(), connection, action, why));
    }
  }

  private CompletableFuture<Void> recordStranger(Channel connection, AuditEntry entry) {
    if (strangers.take(entry.who()) && refusals.take(STRANGERS)) {
      return log.record(entry);
    }
    omit(connection, STRANGERS, entry.status());
    return CompletableFuture.completedFuture(null);
  }

  private static AuditEntry refusal(String who, Channel connection, String action, ApiProblem why) {
    return new AuditEntry(
        who,
        from(connection),
        AuditNote.cut(action, MAX_ACTION),
        false,
        why.status().code(),
        new AuditNote().subject(why.getMessage()));
  }

  /**
   * A request of the original's dialect, before it is handled.
   *
   * @param why it is refused; null if it is not
   */
  void oneShot(Channel connection, Permission needed, ApiProblem why) {
    if (why == null && READING.contains(needed)) {
      return;
    }
    String who = Callers.of(connection).user();
    String action = "original's dialect: " + needed.text();
    if (why != null) {
      recordRefused(connection, refusal(who, connection, action, why));
      return;
    }
    if (!ALSO_UNRECORDED.contains(needed)) {
      requireWritable();
    }
    log.record(
        new AuditEntry(
            who, from(connection), action, true, HttpResponseStatus.ACCEPTED.code(), null));
  }

  private static String from(Channel connection) {
    return connection.remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress() + ":" + address.getPort()
        : "socket";
  }

  /** Told of the reply. */
  private interface Told {
    /** Completed when the reply may be sent. */
    CompletableFuture<Void> of(Reply reply);
  }

  /** An exchange whose reply is recorded before it is sent. */
  private record Recorded(Exchange to, Told told) implements Exchange {
    @Override
    public void more() {
      to.more();
    }

    @Override
    public void reply(Reply reply) {
      told.of(reply).thenRun(() -> to.reply(reply));
    }

    @Override
    public void stream(String mediaType) {
      to.stream(mediaType);
    }

    @Override
    public ChannelHandlerContext context() {
      return to.context();
    }

    @Override
    public ApiLimits limits() {
      return to.limits();
    }

    @Override
    public ReaderMemory memory() {
      return to.memory();
    }
  }
}
