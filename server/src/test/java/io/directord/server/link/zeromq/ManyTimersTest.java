package io.directord.server.link.zeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.directord.zeromq.Inbound;
import org.junit.jupiter.api.Test;
import zmq.util.MultiMap;

class ManyTimersTest {

  @Test
  void jeroMqKeepsItsTimersInOurClassAndNotInItsOwn() throws ReflectiveOperationException {
    var timers = Class.forName("zmq.poll.PollerBase").getDeclaredField("timers");

    assertSame(MultiMap.class, timers.getType());
    assertEquals(
        Inbound.class.getProtectionDomain().getCodeSource(),
        MultiMap.class.getProtectionDomain().getCodeSource());
  }
}
