package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.Bodies;
import java.util.List;
import org.junit.jupiter.api.Test;

class RightsTextTest {

  @Test
  void allAndNoneAreSaid() {
    List<String> see = List.of("see jobs and their results");
    assertEquals(
        List.of(
            "token:ada",
            "role read may:",
            "  see jobs and their results",
            "  verbs: none",
            "  nodes: none",
            "role web may:",
            "  see jobs and their results",
            "  verbs: COPY, RUN",
            "  nodes: all"),
        RightsText.of(
            new Bodies.WhoAmI(
                "token:ada",
                false,
                List.of(
                    new Bodies.Granted("read", see, List.of(), List.of(), List.of()),
                    new Bodies.Granted("web", see, List.of(), List.of("COPY", "RUN"), null)))));
  }

  @Test
  void anAnswerSaysForWhomItIs() {
    assertEquals(
        "yes: token ada may submit jobs of RUN on node web-1",
        RightsText.of(new Bodies.May("token:ada", "RUN", "web-1", true, null)));
    assertEquals(
        "yes: user ada may submit jobs of RUN on node web-1",
        RightsText.of(new Bodies.May("ada", "RUN", "web-1", true, null)));
    assertEquals(
        "no: it may not",
        RightsText.of(new Bodies.May("ada", "RUN", "web-1", false, "it may not")));
  }
}
