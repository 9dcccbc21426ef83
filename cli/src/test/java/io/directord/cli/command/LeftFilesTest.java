package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LeftFilesTest {
  private static final UUID JOB = UUID.fromString("00000000-0000-4000-8000-000000000001");

  private final LeftFiles left = new LeftFiles();

  @Test
  void nothingIsSaidWhereNothingIsLeft() {
    assertEquals(List.of(), told(Set.of()));
  }

  @Test
  void whatIsDamagedIsNeverSaidToBeKeptWhole() {
    left.add("a", LeftFiles.Why.DAMAGED);
    left.add("a", LeftFiles.Why.UNPLACED);
    left.add("b", LeftFiles.Why.UNPLACED);
    List<String> told = told(Set.of("c"));
    assertEquals(2, told.size(), told.toString());
    assertTrue(told.get(0).startsWith("directord: the server keeps all files of b, c for a day"));
    assertTrue(
        told.get(1).startsWith("directord: what the server has of a is damaged: "), told.get(1));
    assertTrue(told.get(1).contains("are in dest"), told.get(1));
    assertTrue(told.get(1).endsWith("--drop' removes it [content-changed]"), told.get(1));
  }

  @Test
  void whatCouldNotBeReadIsNotSaidToBeWhole() {
    left.add("a", LeftFiles.Why.UNREAD);
    List<String> told = told(Set.of());
    assertEquals(1, told.size(), told.toString());
    assertTrue(
        told.get(0).startsWith("directord: the files of a were not read to their end"),
        told.get(0));
  }

  @Test
  void whatTheServerHasNoLongerIsNotSaidToBeKept() {
    left.add("a", LeftFiles.Why.UNPLACED);
    left.add("b", LeftFiles.Why.DAMAGED);
    left.onlyOf(Set.of("c"));
    assertFalse(left.areOf("a"));
    assertEquals(
        List.of(
            "directord: the server has no files of a, b any more: run the fetch again to bring what"
                + " is missing"),
        told(Set.of()));
  }

  private List<String> told(Set<String> coming) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(OutputStream.nullOutputStream()),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            null);
    left.tell(JOB, "dest", coming, console);
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
