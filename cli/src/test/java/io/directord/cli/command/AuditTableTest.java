package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.Leadership;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was done before a takeover is not in the log of the server that leads now. */
class AuditTableTest {
  private static final String OTHERS =
      ", alone: what was done while another server led is in the audit log of that one";
  private static final String SOCKET = "; --socket-path with its socket alone shows it";

  @Test
  void ofSeveralServersItIsSaidWhoseLinesTheseAreAndWhoHasOthers() {
    assertEquals(
        "these are the lines of the server that leads, vm (s1), in epoch 2"
            + OTHERS
            + " (others: vm (s2))"
            + SOCKET,
        AuditTable.whose(new Leadership(true, "vm (s1)", 2, Duration.ZERO, List.of("vm (s2)"))));
    assertEquals(
        "these are the lines of this server, which stands by"
            + OTHERS
            + " (others: vm (s1), which leads)"
            + SOCKET,
        AuditTable.whose(new Leadership(false, "vm (s1)", 2, Duration.ZERO, List.of("vm (s2)"))));
    assertEquals(
        "these are the lines of this server, which stands by" + OTHERS + SOCKET,
        AuditTable.whose(new Leadership(false, null, 2, null, List.of())));
  }
}
