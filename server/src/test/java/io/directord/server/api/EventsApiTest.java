package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.server.access.Caller;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.MemoryBudget.Use;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of 16 connections 12 may be followers': a user may have three of them, all but root eleven. */
class EventsApiTest {
  private final ShareWarnings warnings = new ShareWarnings(() -> 0);
  private final EventsApi events = new EventsApi(new FakeDispatch(), warnings);
  private final Exchange exchange = new NoExchange();

  @Test
  void aUserHasAShareOfTheFollowersAndRootAReserve() {
    List<Receiver> alices = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      alices.add(follow("alice"));
    }
    ApiProblem refusal = assertThrows(ApiProblem.class, () -> follow("alice"));
    assertEquals(503, refusal.status().code());
    assertEquals(
        "user alice has 3 followers, and no user may have more of the 12: end some of them, or try"
            + " again in a moment",
        refusal.getMessage());
    assertEquals(List.of("user alice was refused once: " + refusal.getMessage()), warnings.all());

    for (String user : List.of("b", "b", "b", "c", "c", "c", "d", "d")) {
      follow(user);
    }
    assertEquals(
        "11 of 12 followers are in use, 3 of them by user alice, and the rest is kept for root and"
            + " the server's own user: try again when some have ended",
        assertThrows(ApiProblem.class, () -> follow("d"))
            .getMessage()
            .replaceAll("user [bc]", "user alice"));
    follow("root");

    alices.get(0).close();
    follow("d");
  }

  private Receiver follow(String user) {
    Caller caller = new Caller(user, user.equals("root"));
    return events.receive(
        new Call(Map.of(), Map.of(), EmptyHttpHeaders.INSTANCE, caller, "", new AuditNote()),
        exchange);
  }

  /** Nothing is sent on it. */
  private static final class NoExchange implements Exchange {
    private final ReaderMemory memory =
        new ReaderMemory(new MemoryBudget(1_000_000).share(Use.FOLLOWERS));

    @Override
    public void more() {}

    @Override
    public void reply(Reply reply) {}

    @Override
    public void stream(String mediaType) {}

    @Override
    public ChannelHandlerContext context() {
      return null;
    }

    @Override
    public ApiLimits limits() {
      return new ApiLimits(16, 1000, 1000, Duration.ofSeconds(15), Duration.ofSeconds(50));
    }

    @Override
    public ReaderMemory memory() {
      return memory;
    }
  }
}
