package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class InboxTest {
  private final Inbox<String> inbox = new Inbox<>(100);

  @Test
  void takesNoMoreThanItsBytesUntilItIsEmptied() throws InterruptedException {
    assertTrue(inbox.offer("a", 60));
    assertFalse(inbox.offer("b", 60));
    assertTrue(inbox.offer("c", 40));
    inbox.wake();

    assertEquals(List.of("a", "c"), inbox.take(1000));
    assertTrue(inbox.offer("d", 60));
  }

  @Test
  void takesOneMessageHoweverLongItIs() throws InterruptedException {
    assertTrue(inbox.offer("enormous", 1000));
    inbox.wake();

    assertEquals(List.of("enormous"), inbox.take(1000));
  }

  @Test
  void whatIsPutIsTakenInAnyCase() throws InterruptedException {
    inbox.offer("a", 100);
    inbox.put("b");

    assertEquals(List.of("a", "b"), inbox.take(1000));
    assertEquals(List.of(), inbox.take(1));
  }
}
