package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.config.RoleSettings;
import io.directord.common.target.TargetGroups;
import io.directord.server.access.Caller;
import io.directord.server.access.Rights;
import io.directord.server.access.Roles;
import io.directord.server.access.Sessions;
import io.directord.server.access.Tokens;
import io.directord.server.store.StoredToken;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenAuthenticationTest {
  private static final Caller ADA = Caller.ofToken("ada", Rights.NONE);

  private final Tokens tokens = new Tokens(List.of());
  private final String secret = token("ada");
  private final String other = token("bob");
  private long nanos;
  private final TokenAuthentication authentication =
      new TokenAuthentication(
          tokens,
          new Sessions(() -> nanos),
          new Roles(RoleSettings.NONE, TargetGroups.NONE),
          () -> SampleViews.NOW,
          new ShareWarnings(() -> nanos),
          () -> nanos);

  private String token(String name) {
    String text = Tokens.newText();
    tokens.put(
        new StoredToken(
            name,
            "read",
            Tokens.digest(text),
            SampleViews.NOW,
            "root",
            SampleViews.NOW.plusSeconds(60)));
    return text;
  }

  private Caller ask(String address, String token) {
    EmbeddedChannel channel = new EmbeddedChannel();
    try {
      Callers.accepted(channel, Caller.ofAddress(address));
      HttpRequest request =
          new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/v1/nodes");
      if (token != null) {
        request.headers().set(HttpHeaderNames.AUTHORIZATION, "Bearer " + token);
      }
      return authentication.caller(channel, request);
    } finally {
      channel.finishAndReleaseAll();
    }
  }

  private int refusal(String address, String token) {
    return assertThrows(ApiProblem.class, () -> ask(address, token)).status().code();
  }

  @Test
  void knowsWhoShowsAToken() {
    assertEquals(ADA, ask("10.0.0.1", secret));
    assertEquals(401, refusal("10.0.0.1", null));
    tokens.drop("ada");
    assertEquals(401, refusal("10.0.0.1", secret));
  }

  @Test
  void aCallerMakesAThousandRequestsAtOnceAndThen500ASecond() {
    for (int i = 0; i < 1000; i++) {
      assertEquals(ADA, ask("10.0.0.1", secret));
    }
    assertEquals(429, refusal("10.0.0.1", secret));
    assertEquals(429, refusal("10.0.0.2", secret));
    assertEquals(Caller.ofToken("bob", Rights.NONE), ask("10.0.0.1", other));
    nanos += TimeUnit.SECONDS.toNanos(1);
    for (int i = 0; i < 500; i++) {
      assertEquals(ADA, ask("10.0.0.1", secret));
    }
    assertEquals(429, refusal("10.0.0.1", secret));
  }

  @Test
  void aStrangerIsToldWhyAFewTimesASecond() {
    for (int i = 0; i < 50; i++) {
      assertEquals(401, refusal("10.0.0.1", "wrong"));
    }
    assertEquals(429, refusal("10.0.0.1", "wrong"));
    assertEquals(401, refusal("10.0.0.2", "wrong"));
    assertEquals(ADA, ask("10.0.0.1", secret));
    nanos += TimeUnit.SECONDS.toNanos(1);
    assertEquals(401, refusal("10.0.0.1", "wrong"));
  }
}
