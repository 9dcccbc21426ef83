package io.directord.common.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.directord.common.api.ApiException;
import io.directord.common.api.Problem;
import io.directord.common.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {
  private static final ValidationError UNKNOWN =
      new ValidationError("unknown node a").withCode(ErrorCode.UNKNOWN_NODE);

  @Test
  void isWrittenInSmallLettersAndReadAgain() {
    for (ErrorCode code : ErrorCode.values()) {
      assertEquals(code, ErrorCode.find(code.text()));
    }
    assertEquals("unknown-node", ErrorCode.UNKNOWN_NODE.text());
    assertNull(ErrorCode.find("of-a-later-version"));
  }

  @Test
  void standsBehindTheFirstLineOfAMessage() {
    assertEquals("no [gave-up]", ErrorCode.GAVE_UP.mark("no"));
    assertEquals("a [gave-up]\n  ^\nb", ErrorCode.GAVE_UP.mark("a\n  ^\nb"));
  }

  @Test
  void severalErrorsHaveTheOneThatTheyShareOrAreInvalidJobs() {
    assertEquals(ErrorCode.UNKNOWN_NODE, ErrorCode.of(List.of(UNKNOWN, UNKNOWN)));
    assertEquals(ErrorCode.INVALID_JOBS, ErrorCode.of(List.of(new ValidationError("x"))));
    assertEquals(ErrorCode.INVALID_JOBS, ErrorCode.of(List.of(UNKNOWN, new ValidationError("x"))));
  }

  @Test
  void aProblemCarriesItAndOneOfAnotherVersionIsRefused() throws Exception {
    Problem problem =
        new Problem(400, "Bad Request", "a", ErrorCode.UNKNOWN_NODE, List.of(UNKNOWN));
    String json = Json.text(problem);
    assertEquals(problem, Json.read(json.getBytes(), Problem.class), json);
    assertEquals("unknown-node", Json.mapper().readTree(json).at("/errors/0/code").asString());
    Problem later =
        Json.read(json.replace("unknown-node", "of-a-later-version").getBytes(), Problem.class);
    assertEquals(ErrorCode.REFUSED, new ApiException(later).code());
    Problem earlier =
        Json.read("{\"status\":400,\"title\":\"t\",\"detail\":\"d\"}".getBytes(), Problem.class);
    assertEquals(ErrorCode.REFUSED, new ApiException(earlier).code());
  }
}
