package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.server.access.Caller;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.memory.MemoryBudget.Use;
import org.junit.jupiter.api.Test;

class RequestsOfAUserTest {
  private final Share share = new MemoryBudget(24_000).share(Use.REQUESTS);

  @Test
  void ofAllRequestsAUserMayTakeNoMoreThanOfOneSoThatOthersFindRoom() {
    long most = RequestMemory.limit(share);
    RequestMemory one = of("ann", false);
    one.reserve(most - 100);
    RequestMemory other = of("ann", false);
    other.reserve(100);

    String refusal = assertThrows(ApiProblem.class, () -> other.reserve(1)).getMessage();
    assertEquals("other large requests are under way; try again in a moment", refusal);
    RequestMemory bob = of("bob", false);
    assertDoesNotThrow(() -> bob.reserve(500));
    one.close();
    assertDoesNotThrow(() -> other.reserve(1));
    other.close();
    bob.close();
    assertEquals(0, share.reserved());
  }

  @Test
  void rootMayTakeWhatIsLeft() {
    RequestMemory one = of("root", true);
    one.reserve(RequestMemory.limit(share));
    assertDoesNotThrow(() -> of("root", true).reserve(share.limit() - share.reserved()));
  }

  private RequestMemory of(String user, boolean hasServersRights) {
    return new RequestMemory(share, new Caller(user, hasServersRights));
  }
}
