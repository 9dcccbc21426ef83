package io.directord.cli.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
  private final Report report = new Report(new Console(stream, stream, null), false);

  @Test
  void aHostThatIsServerAndClientHasALineForEach() {
    HostSteps server = host("127.0.0.1");
    HostSteps client = host("127.0.0.1");
    HostSteps other = host("web-1");
    report.end(client, "failed at job 1 of 2");
    report.end(server, "ok: 2 jobs");
    report.table(List.of(server, client, other), "not begun");
    assertEquals(
        List.of(
            "HOST       RESULT",
            "---------  --------------------",
            "127.0.0.1  ok: 2 jobs",
            "127.0.0.1  failed at job 1 of 2",
            "web-1      not begun"),
        out.toString(StandardCharsets.UTF_8).strip().lines().toList());
  }

  @Test
  void aTitleIsItsFirstLine() {
    assertEquals("RUN true", Report.line("RUN true\n"));
    assertEquals("RUN for i in 1 2; do ...", Report.line("RUN for i in 1 2; do\n  true\ndone"));
    assertEquals("x".repeat(120) + " ...", Report.line("x".repeat(121)));
  }

  private static HostSteps host(String name) {
    return new HostSteps(new Address(name, name, 22, "root"), List.of());
  }
}
