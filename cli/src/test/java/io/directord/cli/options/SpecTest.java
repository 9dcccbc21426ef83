package io.directord.cli.options;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SpecTest {

  @Test
  void percentSignsInHelpAreShownAsTheyAreWritten() {
    Spec spec =
        Spec.of("run", new Object())
            .option("--batch", "SIZE", "So many: 10%, or %n, or %%.", size -> {})
            .words("WORDS", "As 5%d.", word -> {})
            .examples("  run --target '%failed:last' 100%%");

    String help = PicocliSpec.line(spec).getUsageMessage();

    assertTrue(help.contains("10%, or %n, or %%."), help);
    assertTrue(help.contains("As 5%d."), help);
    assertTrue(help.contains("'%failed:last' 100%%"), help);
  }
}
