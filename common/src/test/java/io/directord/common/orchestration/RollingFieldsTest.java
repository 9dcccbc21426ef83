package io.directord.common.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.job.Amount;
import io.directord.common.job.ParentOptions;
import io.directord.common.job.Rolling;
import io.directord.common.validation.Place.InFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollingFieldsTest {
  @TempDir Path directory;

  @Test
  void anEntrySaysHowItRollsAndHowLongItIsHeld() throws Exception {
    Orchestration read =
        read(
            """
            - rolling: {batch: [1, 10%], max_failures: 5%, wait: 30, quorum: 90%}
              deadline: 2d
              jobs:
              - RUN: x
            - rolling: {batch: 2}
              jobs:
              - RUN: x
            """);
    assertEquals(List.of(), read.errors());
    assertEquals(
        new ParentOptions(
            new Rolling(
                List.of(new Amount(1, false), new Amount(10, true)),
                new Amount(5, true),
                new Amount(90, true),
                Duration.ofSeconds(30)),
            Duration.ofDays(2)),
        read.entries().get(0).options());
    assertEquals(List.of(new Amount(2, false)), read.entries().get(1).options().rolling().batch());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rolling: {batch: [1, 0]} | 1:24 | batch: a number of nodes from 1",
        "rolling: {batch: []} | 1:20 | batch: 1 to 20 sizes are expected",
        "rolling: {batch: 1, max_failures: many} | 1:37 | max_failures: a number of nodes from 0",
        "rolling: {batch: 1, quorum: 0%} | 1:31 | quorum: a number of nodes from 1",
        "rolling: {batch: 1, wait: soon} | 1:29 | wait: a time such as 30s",
        "rolling: {batch: 1, max_failure: 3} | 1:23 | unknown key max_failure (did you mean max_failures?)",
        "rolling: 10% | 1:12 | a mapping is expected",
        "deadline: never | 1:13 | deadline: a time such as 30s",
      })
  void whatIsWrongHasItsLineAndColumn(String line, String at, String message) throws Exception {
    Orchestration read = read("- " + line + "\n  jobs:\n  - RUN: x\n");
    assertEquals(1, read.errors().size(), () -> read.errors().toString());
    InFile place = (InFile) read.errors().get(0).place();
    assertEquals(at, place.line() + ":" + place.column(), read.errors()::toString);
    assertEquals(
        message,
        read.errors().get(0).message().substring(0, message.length()),
        read.errors()::toString);
  }

  private Orchestration read(String text) throws Exception {
    Path file = directory.resolve("site.yaml");
    Files.writeString(file, text);
    return OrchestrationFile.read(List.of(file));
  }
}
