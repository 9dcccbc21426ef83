package io.directord.common.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.json.Json;
import io.directord.common.validation.InvalidException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParentOptionsTest {
  @Test
  void anAmountIsANumberOrAPercentageRoundedDown() {
    assertEquals(3, Amount.parse("3", 1).of(1000));
    assertEquals(1, Amount.parse("10%", 1).of(19));
    assertEquals(0, Amount.parse("5%", 0).of(10));
    assertTrue(Amount.parse("90%", 1).isReached(9, 10));
    assertFalse(Amount.parse("90%", 1).isReached(9, 11));
  }

  @ParameterizedTest
  @CsvSource({"90, 90", "30s, 30", "1.5m, 90", "2h, 7200", "2d, 172800"})
  void aTimeHasAUnitOrIsInSeconds(String text, long seconds) {
    assertEquals(Duration.ofSeconds(seconds), Span.parse(text));
  }

  @Test
  void theyAreReadFromAJobAndWrittenToIt() {
    Job job =
        read(
            "{'verb': 'RUN', 'parent_rolling': {'batch': [1, '10%'], 'max_failures': '5%',"
                + " 'quorum': 3, 'wait': '5m'}, 'parent_deadline': '2d'}");
    assertEquals(
        new ParentOptions(
            new Rolling(
                List.of(new Amount(1, false), new Amount(10, true)),
                new Amount(5, true),
                new Amount(3, false),
                Duration.ofMinutes(5)),
            Duration.ofDays(2)),
        job.parent().options());
    assertEquals(job, JobJson.read(JobJson.write(job)));
    assertEquals(
        "{\"batch\":[\"1\",\"10%\"],\"max_failures\":\"5%\",\"quorum\":\"3\",\"wait\":300}",
        JobJson.write(job).get("parent_rolling").toString());
    assertEquals("172800", JobJson.write(job).get("parent_deadline").toString());
  }

  @Test
  void theyAreNotPartOfTheFingerprintAndNotToldToNodes() {
    Job plain = read("{'verb': 'RUN', 'command': 'true'}");
    Job rolling = read("{'verb': 'RUN', 'command': 'true', 'parent_rolling': {'batch': 1}}");
    assertEquals(plain.fingerprint(), rolling.fingerprint());
    assertEquals(ParentOptions.NONE, rolling.forNodes().parent().options());
    assertFalse(JobJson.write(rolling.forNodes()).has("parent_rolling"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'batch': 0} | parent_rolling.batch | a number of nodes from 1",
        "{'batch': []} | parent_rolling.batch | sizes are expected",
        "{'batch': [1, 'many']} | parent_rolling.batch | not 'many'",
        "{'batch': 1, 'max_failures': '101%'} | parent_rolling.max_failures | from 0% to 100%",
        "{'max_failures': 1} | parent_rolling | max_failures needs a batch",
        "{'batch': 1, 'wait': 'soon'} | parent_rolling.wait | a time such as 30s",
        "{'batch': 1, 'max_failure': 1} | parent_rolling.max_failure | max_failures",
        "[1] | parent_rolling | an object is expected",
      })
  void whatIsWrongIsNamedByItsKey(String rolling, String place, String message) {
    InvalidException e =
        assertThrows(
            InvalidException.class,
            () -> read("{'verb': 'RUN', 'parent_rolling': " + rolling + "}"));
    assertEquals(1, e.errors().size(), e.errors()::toString);
    assertEquals(place, e.errors().get(0).place().text());
    assertTrue(e.errors().get(0).message().contains(message), e.errors().get(0).message());
  }

  @Test
  void ofTwoTheFirstWinsKeyByKey() {
    Rolling given = new Rolling(List.of(new Amount(2, false)), null, null, null);
    Rolling written = new Rolling(List.of(new Amount(1, false)), new Amount(3, false), null, null);
    ParentOptions both =
        new ParentOptions(given, null).over(new ParentOptions(written, Duration.ofDays(1)));
    assertEquals(given.batch(), both.rolling().batch());
    assertEquals(written.maxFailures(), both.rolling().maxFailures());
    assertEquals(Duration.ofDays(1), both.deadline());
  }

  @Test
  void aParentOfAnOlderServerHasNone() {
    Parent parent = Json.read("{\"id\":\"" + new UUID(0, 1) + "\",\"async\":false}", Parent.class);
    assertEquals(ParentOptions.NONE, parent.options());
    assertFalse(Json.text(parent).contains("rolling"), Json.text(parent));
    Parent rolling =
        new Parent(
            new UUID(0, 1),
            null,
            null,
            false,
            new ParentOptions(new Rolling(List.of(), null, null, null), Duration.ofHours(1)));
    assertEquals(rolling, Json.read(Json.text(rolling), Parent.class));
  }

  private static Job read(String json) {
    return JobJson.read(
        Json.read(json.replace('\'', '"'), tools.jackson.databind.node.ObjectNode.class));
  }
}
