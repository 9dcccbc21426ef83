package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.access.Authorizer;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.memory.MemoryBudget.Use;
import io.directord.server.metrics.Meters;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnswerReceiverTest {
  private final Share share = new MemoryBudget(1_000_000).share(Use.REQUESTS);
  private final List<RequestBody> done = new ArrayList<>();
  private boolean fails;
  private final Route route =
      Route.of(
          HttpMethod.POST,
          "/it",
          Permission.SUBMIT,
          (call, connection) ->
              new AnswerReceiver(call, connection, Runnable::run, share, this::answer));
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new OneByOne(),
          new HttpConnection(
              new Router(List.of(route), Authorizer.byRights(), null, null),
              ApiFixture.LIMITS,
              new ReaderMemory(new MemoryBudget(1_000_000).share(Use.FOLLOWERS)),
              new Meters(),
              Authentication.BY_THE_KERNEL));

  private CompletableFuture<Reply> answer(Call call, RequestBody body) {
    done.add(body);
    if (fails) {
      throw new StackOverflowError();
    }
    return CompletableFuture.completedFuture(Reply.empty(HttpResponseStatus.OK));
  }

  @BeforeEach
  void connect() {
    Callers.accepted(channel, new Caller("alice", false));
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void whatIsRefusedForItsLastPartIsNotDone() {
    assertTrue(share.tryReserve(share.limit()));

    assertEquals(HttpResponseStatus.SERVICE_UNAVAILABLE, ask());

    assertEquals(List.of(), done);
    share.release(share.limit());
    assertEquals(HttpResponseStatus.OK, ask());
    assertEquals(1, done.size());
    assertEquals(0, share.reserved());
  }

  @Test
  void someMemoryIsKeptForRoot() {
    long used = share.limit() - share.limit() / 8;
    assertTrue(share.tryReserve(used));

    assertEquals(HttpResponseStatus.SERVICE_UNAVAILABLE, ask());

    Callers.accepted(channel, new Caller("root", true));
    assertEquals(HttpResponseStatus.OK, ask());
    assertEquals(used, share.reserved());
  }

  @Test
  void anErrorOfTheServerIsAnAnswerToo() {
    fails = true;

    assertEquals(HttpResponseStatus.INTERNAL_SERVER_ERROR, ask());
  }

  private HttpResponseStatus ask() {
    channel.writeInbound(
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/it"),
        new DefaultLastHttpContent(Unpooled.copiedBuffer("{}", StandardCharsets.US_ASCII)));
    channel.runPendingTasks();
    FullHttpResponse response = channel.readOutbound();
    HttpResponseStatus status = response.status();
    response.release();
    assertNull(channel.readOutbound());
    return status;
  }
}
