package io.directord.server.api;

import io.directord.common.api.Problem;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.audit.AuditEntry;
import io.directord.server.audit.AuditLog;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;

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

  private final AuditLog log;
  private final RequestRate strangers = new RequestRate(1, 5, System::nanoTime);

  Auditor(AuditLog log) {
    this.log = log;
  }

  /** The same route, whose requests are recorded if they change something. */
  Route recorded(Route route) {
    boolean reads =
        READING.contains(route.permission())
            || route.permission() == Permission.MANAGE_TOKENS && route.method().name().equals("GET")
            || route.permission() == Permission.READ_AUDIT
            || route.template().equals("/v1/check");
    return new Route(
        route.method(),
        route.template(),
        route.parameters(),
        route.permission(),
        (call, connection) -> {
          if (reads) {
            return route.endpoint().receive(call, connection);
          }
          requireWritable();
          return route
              .endpoint()
              .receive(call, new Recorded(connection, reply -> answered(call, connection, reply)));
        });
  }

  private void requireWritable() {
    if (!log.isWritable()) {
      throw new ApiProblem(
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          ErrorCode.DISK_FULL,
          log.trouble() + ": nothing is taken that cannot be recorded");
    }
  }

  private void answered(Call call, Exchange connection, Reply reply) {
    boolean allowed = reply.status().code() != HttpResponseStatus.FORBIDDEN.code();
    log.record(
        new AuditEntry(
            call.caller().user(),
            from(connection.context().channel()),
            call.action(),
            allowed,
            reply.status().code(),
            call.note().subject(problem(reply))));
  }

  private static String problem(Reply reply) {
    return reply.code() == null ? null : Json.read(reply.body(), Problem.class).detail();
  }

  /** A request that was refused before anybody handled it. Strangers are recorded now and then. */
  void refused(Channel connection, String action, ApiProblem why) {
    int status = why.status().code();
    Caller caller = Callers.of(connection);
    boolean isStranger = status == HttpResponseStatus.UNAUTHORIZED.code();
    if (isStranger && strangers.take(caller.user())
        || status == HttpResponseStatus.FORBIDDEN.code()) {
      log.record(
          new AuditEntry(
              caller.user(),
              from(connection),
              action,
              false,
              status,
              new AuditNote().subject(why.getMessage())));
    }
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
    if (why == null) {
      requireWritable();
    }
    log.record(
        new AuditEntry(
            Callers.of(connection).user(),
            from(connection),
            "original's dialect: " + needed.text(),
            why == null,
            why == null ? HttpResponseStatus.ACCEPTED.code() : why.status().code(),
            new AuditNote().subject(why == null ? null : why.getMessage())));
  }

  private static String from(Channel connection) {
    return connection.remoteAddress() instanceof InetSocketAddress address
        ? address.getAddress().getHostAddress() + ":" + address.getPort()
        : "socket";
  }

  /** Told of the reply. */
  private interface Told {
    void of(Reply reply);
  }

  /** An exchange whose reply is recorded before it is sent. */
  private record Recorded(Exchange to, Told told) implements Exchange {
    @Override
    public void more() {
      to.more();
    }

    @Override
    public void reply(Reply reply) {
      told.of(reply);
      to.reply(reply);
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
