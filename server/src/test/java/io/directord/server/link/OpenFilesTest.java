package io.directord.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpenFilesTest {
  @Test
  void aLimitThatIsTooLowIsSaidWithTheNumberThatIsNeededAndHowToRaiseIt() {
    assertEquals(
        Optional.of(
            "the server may have 1024 open files, which is too few for the 900 nodes that it"
                + " knows: raise the limit to 2056, with LimitNOFILE= in the server's unit,"
                + " --ulimit nofile= of a container, or ulimit -n"),
        new OpenFiles(1024).warning(900));
  }

  @Test
  void nothingIsSaidOfALimitThatIsEnough() {
    assertEquals(Optional.empty(), new OpenFiles(2056).warning(900));
    assertEquals(Optional.empty(), new OpenFiles(1024).warning(0));
  }

  @Test
  void theLimitOfThisProcessIsKnown() {
    long limit = OpenFiles.ofThisProcess().limit();
    assertTrue(limit > 0 && limit < Long.MAX_VALUE, "" + limit);
    assertTrue(OpenFiles.ofThisProcess().refusal().contains("If the server has " + limit));
  }
}
