package io.directord.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static final Caller ADA = Caller.ofToken("ada", Rights.NONE);

  private long nanos;
  private boolean revoked;
  private final Sessions sessions = new Sessions(() -> nanos);
  private final Identity ada = () -> revoked ? Optional.empty() : Optional.of(ADA);

  @Test
  void aLinkIsUsedOnceAndWithinAMinute() {
    String link = sessions.newLink(ADA, ada);
    assertEquals(Optional.of(ADA), sessions.ofLink(link).orElseThrow().now());
    assertTrue(sessions.find(link).isEmpty(), "a link is no login");
    assertTrue(sessions.use(link));
    assertFalse(sessions.use(link));
    assertTrue(sessions.ofLink(link).isEmpty());
    String late = sessions.newLink(ADA, ada);
    nanos += Sessions.LINK_TIME.toNanos();
    assertTrue(sessions.ofLink(late).isEmpty());
    assertFalse(sessions.use(late));
  }

  @Test
  void aLoginEndsWithItsTimeWithItsTokenOrByItself() {
    String first = sessions.begin(ADA, ada);
    Identity seen = sessions.find(first).orElseThrow();
    assertEquals(Optional.of(ADA), seen.now());
    nanos += Sessions.SESSION_TIME.toNanos() - 1;
    assertEquals(Optional.of(ADA), seen.now());
    nanos += 1;
    assertTrue(seen.now().isEmpty());
    assertTrue(sessions.find(first).isEmpty());
    String second = sessions.begin(ADA, ada);
    sessions.end(second);
    assertTrue(sessions.find(second).isEmpty());
    String third = sessions.begin(ADA, ada);
    revoked = true;
    assertTrue(sessions.find(third).isEmpty());
    assertTrue(sessions.find("none").isEmpty());
  }

  /** One that was made by a login ends with that, so that nobody stays for longer. */
  @Test
  void aLoginThatAnotherOneMadeEndsWithIt() {
    String first = sessions.begin(ADA, ada);
    nanos += Sessions.SESSION_TIME.toNanos() / 2;
    Identity identity = sessions.find(first).orElseThrow();
    String second = sessions.begin(ADA, sessions.ofLink(sessions.newLink(ADA, identity)).get());
    nanos += Sessions.SESSION_TIME.toNanos() / 2;
    assertTrue(sessions.find(second).isEmpty());
  }

  @Test
  void whoHasManyLosesTheOldestAndNobodyElseDoes() {
    String others = sessions.begin(Caller.ofToken("bob", Rights.NONE), ada);
    List<String> own = new ArrayList<>();
    for (int i = 0; i < 21; i++) {
      own.add(sessions.begin(ADA, ada));
    }
    assertTrue(sessions.find(own.get(0)).isEmpty());
    assertTrue(sessions.find(own.get(1)).isPresent());
    assertTrue(sessions.find(own.get(20)).isPresent());
    assertTrue(sessions.find(others).isPresent());
  }
}
