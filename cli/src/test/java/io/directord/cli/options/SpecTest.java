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

  @Test
  void linesAreNotBrokenWithinWords() {
    String url = "https://directord.example.org:8443/left-out.txt";
    for (int before = 1; before < 80; before++) {
      String description = "x".repeat(before) + " nats://USER:PASSWORD@HOST --list-nodes " + url;
      Spec spec = Spec.of("run", new Object()).option("--batch", "SIZE", description, size -> {});

      String help = Unbroken.marks(PicocliSpec.line(spec).getUsageMessage());

      assertTrue(
          help.contains(" nats://USER:PASSWORD@HOST\n")
              || help.contains(" nats://USER:PASSWORD@HOST "),
          help);
      assertTrue(help.matches("(?s).*\\s--list-nodes\\s+" + url + "\\s.*"), help);
    }
  }
}
