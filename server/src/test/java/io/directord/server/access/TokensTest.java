package io.directord.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.directord.server.store.StoredToken;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokensTest {
  private static final Instant FIRST = Instant.parse("2026-06-01T00:00:00Z");
  private static final Instant SECOND = FIRST.plusSeconds(60);
  private static final String BOB = "token:bob";

  private static StoredToken bob(Instant created, String digest) {
    return new StoredToken("bob", "operator", digest, created, "root", created.plusSeconds(3600));
  }

  @Test
  void whatATokenAskedForIsNotThatOfALaterOneOfItsName() {
    Tokens tokens = new Tokens(List.of(bob(FIRST, "aa")));
    String first = tokens.holder(BOB, FIRST);
    assertEquals(first, tokens.holder(BOB, SECOND));
    tokens.drop("bob");
    String nobody = tokens.holder(BOB, FIRST);
    tokens.put(bob(SECOND, "bb"));
    String second = tokens.holder(BOB, SECOND);
    assertNotEquals(first, second);
    assertNotEquals(nobody, second);
    // A job of the first one that ends under the second belongs to neither.
    assertEquals(nobody, tokens.holder(BOB, FIRST));
    for (String holder : List.of(first, second, nobody)) {
      assertEquals(BOB, Tokens.user(holder));
    }
  }

  @Test
  void whatATokenHasSentIsNotSentByALaterOneOfItsName() {
    Caller first = Caller.ofToken(bob(FIRST, "aa"), Rights.NONE);
    Caller second = Caller.ofToken(bob(SECOND, "bb"), Rights.NONE);
    assertNotEquals(first.sender(), second.sender());
    assertEquals(first.sender(), Caller.ofToken(bob(FIRST, "aa"), Rights.NONE).sender());
    assertEquals(BOB, first.user());
  }

  @Test
  void aUserOfTheSystemIsItsOwnHolder() {
    Tokens tokens = new Tokens(List.of(bob(FIRST, "aa")));
    assertEquals("bob", tokens.holder("bob", FIRST));
    assertEquals("bob", Tokens.user("bob"));
  }
}
