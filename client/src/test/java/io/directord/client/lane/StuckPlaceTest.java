package io.directord.client.lane;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StuckPlaceTest {
  private final CountDownLatch first = new CountDownLatch(1);
  private final CountDownLatch second = new CountDownLatch(1);
  private final Thread thread = new Thread(this::hang, "hangs");
  private final StuckPlace place = new StuckPlace();

  private void hang() {
    try {
      first.await();
      waitElsewhere();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void waitElsewhere() throws InterruptedException {
    second.await();
  }

  @BeforeEach
  void start() {
    thread.start();
    awaitFrame("hang");
  }

  @AfterEach
  void end() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  private void awaitFrame(String method) {
    await()
        .until(
            () -> {
              String frame = StuckPlace.frame(thread.getStackTrace());
              return frame != null
                  && frame.contains("." + method + " ")
                  && thread.getState() == Thread.State.WAITING;
            });
  }

  @Test
  void whereItStandsAtTwoLooksIsThePlace() {
    place.look(thread, 0);
    place.look(thread, TimeUnit.SECONDS.toNanos(3));
    String said = place.of(thread);
    assertTrue(said.startsWith("io.directord.client.lane.StuckPlaceTest.hang line "), said);
  }

  @Test
  void oneLookIsNoPlace() {
    assertNull(place.of(thread));
    place.look(thread, 0);
    place.look(thread, TimeUnit.SECONDS.toNanos(1));
    assertNull(place.of(thread));
  }

  @Test
  void aThreadThatMovesStandsNowhere() {
    place.look(thread, 0);
    first.countDown();
    awaitFrame("waitElsewhere");
    place.look(thread, TimeUnit.SECONDS.toNanos(3));
    assertNull(place.of(thread));
    place.look(thread, TimeUnit.SECONDS.toNanos(4));
    place.look(thread, TimeUnit.SECONDS.toNanos(7));
    assertTrue(place.of(thread).contains("waitElsewhere"));
  }

  @Test
  void placesOfTheJavaRuntimeAreNotTold() {
    StackTraceElement lock =
        new StackTraceElement(
            "app", "java.base", "17", "java.util.concurrent.locks.Lock", "lock", "Lock.java", 7);
    StackTraceElement verb = new StackTraceElement("org.example.Greet", "run", "Greet.java", 12);
    assertNull(StuckPlace.frame(new StackTraceElement[] {lock}));
    assertEquals(
        "org.example.Greet.run line 12",
        StuckPlace.frame(new StackTraceElement[] {lock, verb, lock}));
  }
}
