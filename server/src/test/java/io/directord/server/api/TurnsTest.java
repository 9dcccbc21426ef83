package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.access.Caller;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final Caller ALICE = new Caller("alice", false);
  private static final Caller BOB = new Caller("bob", false);
  private static final Reply DONE = Reply.empty(HttpResponseStatus.OK);

  private final List<String> begun = new ArrayList<>();
  private final List<CompletableFuture<Reply>> made = new ArrayList<>();
  private final AnswerReceiver.Answer answers =
      new Turns(2, 1)
          .inTurn(
              (call, body) -> {
                begun.add(call.caller().user());
                CompletableFuture<Reply> reply = new CompletableFuture<>();
                made.add(reply);
                return reply;
              });

  private CompletableFuture<Reply> ask(Caller caller) throws IOException {
    return answers.to(
        new Call(Map.of(), Map.of(), new DefaultHttpHeaders(), caller, "", new AuditNote()), null);
  }

  @Test
  void whoAsksForManyHoldsUpNobodyElse() throws IOException {
    for (int i = 0; i < 20; i++) {
      ask(ALICE);
    }

    ask(BOB);

    assertEquals(List.of("alice", "bob"), begun);
  }

  @Test
  void aTurnEndsWithAnError() throws IOException {
    AnswerReceiver.Answer failing =
        new Turns(1, 1)
            .inTurn(
                (call, body) -> {
                  throw new StackOverflowError();
                });
    Call call = new Call(Map.of(), Map.of(), new DefaultHttpHeaders(), ALICE, "", new AuditNote());

    assertTrue(failing.to(call, null).isCompletedExceptionally());
    assertTrue(failing.to(call, null).isCompletedExceptionally());
  }

  @Test
  void usersTakeTurns() throws IOException {
    Caller carol = new Caller("carol", false);
    for (Caller caller : List.of(ALICE, ALICE, ALICE, BOB, BOB, carol)) {
      ask(caller);
    }

    for (int i = 0; i < begun.size(); i++) {
      made.get(i).complete(DONE);
    }

    assertEquals(List.of("alice", "bob", "alice", "bob", "carol", "alice"), begun);
  }

  @Test
  void whatFailsOrIsWaitedForNoLongerMakesRoomForTheNext() throws IOException {
    ask(ALICE);
    CompletableFuture<Reply> late = ask(ALICE);
    ask(ALICE);
    late.completeExceptionally(new IllegalStateException("its time is up"));

    made.get(0).completeExceptionally(new IllegalStateException("broken"));

    assertEquals(List.of("alice", "alice"), begun);
    assertEquals(2, made.size());
  }
}
