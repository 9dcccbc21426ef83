package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class InboxTest {
  private final Inbox<String> inbox = new Inbox<>();

  @Test
  void whatIsAddedIsMadeKnownByTheNextCall() throws InterruptedException {
    inbox.add("a");
    inbox.add("b");
    inbox.wake();

    assertEquals(List.of("a", "b"), inbox.take(60_000));
  }

  @Test
  void whatIsPutIsMadeKnownWithAllBeforeIt() throws InterruptedException {
    inbox.add("a");
    inbox.put("b");

    assertEquals(List.of("a", "b"), inbox.take(60_000));
    assertEquals(List.of(), inbox.take(1));
  }
}
