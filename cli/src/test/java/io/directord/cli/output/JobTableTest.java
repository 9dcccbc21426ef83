package io.directord.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.FailureCounts;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.RunCounts;
import io.directord.common.job.Parent;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JobTableTest {
  private static final UUID FIRST = UUID.fromString("1699a1f4-58f6-46dc-a91e-289e68084fd5");
  private static final UUID PARENT = UUID.fromString("307d4c6a-bb46-48e6-a7d5-b40971dd64db");

  @Test
  void scriptsFindTheOriginalsColumnsFirst() {
    assertEquals(
        """
        ID                                    PARENT_JOB_NAME                       VERB    EXECUTION_TIME    PROCESSING    SUCCESS    FAILED    SKIPPED    SUBMITTED            USER    JOB              LEFT_OUT    CHANGED    RETRIED    CUT    RESULTS_LOST    UNDELIVERED    DRY_RUN    NOT_BEGUN    HELD    PAUSED    LOST
        ------------------------------------  ------------------------------------  ------  ----------------  ------------  ---------  --------  ---------  -------------------  ------  ---------------  ----------  ---------  ---------  -----  --------------  -------------  ---------  -----------  ------  --------  ------
        1699a1f4-58f6-46dc-a91e-289e68084fd5  307d4c6a-bb46-48e6-a7d5-b40971dd64db  RUN     0.01059834        False         2          3         1          2026-11-22 06:46:26  ann     systemctl start  0           0          0          0      0               0              False      0            0                 0

        Total Items: 1""",
        String.join(
            "\n",
            JobTable.of(
                List.of(job(FIRST, null, "systemctl start", at(LocalDate.of(2026, 11, 22), 6))),
                false,
                Table.UNLIMITED)));
  }

  @Test
  void peopleSeeWhatWasDoneByWhomAndHowItEnded() {
    Instant today = at(LocalDate.now(ZoneId.systemDefault()), 6);
    assertEquals(
        """
        ID        WHEN   USER  JOB                  OK  CHG  SKIP  FAIL  LEFT
        --------  -----  ----  -------------------  --  ---  ----  ----  ----
        1699a1f4  06:46  ann   RUN systemctl start  1   -    1     3     1
        307d4c6a  06:46  ann   RUN 'web tier'       1   -    1     3     1

        The newest 2 jobs; --limit 0 shows all.
        (Counts are of nodes, - is unknown; --job-info ID has the rest.)""",
        String.join(
            "\n",
            JobTable.of(
                List.of(
                    job(FIRST, null, "systemctl start", today),
                    job(PARENT, "web tier", "x", today)),
                true,
                80)));
  }

  @Test
  void whatIsSeldomTheCaseIsNotedWhereItIs() {
    JobSummary usual = job(FIRST, null, "x", Instant.now());
    JobCounts counts =
        new JobCounts(10, 5, 1, new FailureCounts(5, 5, 0), 3, new RunCounts(2, 1, 1, 4));
    JobSummary noted =
        new JobSummary(
            PARENT,
            usual.parent(),
            new JobTitle("f", "RUN", null, "x", 2),
            new JobOrigin("ann", Instant.now(), 7, false),
            false,
            counts,
            usual.times());
    List<String> lines = JobTable.of(List.of(usual, noted), false, 200);
    assertTrue(lines.get(0).matches(".* OK +CHG +SKIP +FAIL +LEFT +NOTE"), lines::toString);
    assertTrue(lines.get(2).matches(".* RUN x +1 +- +1 +3 +1"), lines::toString);
    String note = "7 left out, 2 lost, 2 not delivered, 1 retried, 4 cut, 3 results lost";
    String scripted = JobTable.of(List.of(noted), false, Table.UNLIMITED).get(2);
    assertTrue(scripted.strip().endsWith(" 5"), scripted);
    assertTrue(lines.get(3).matches(".* RUN x +4 +2 +1 +5 +0 +" + note), lines::toString);
    List<String> narrow = JobTable.of(List.of(usual, noted), false, 80);
    assertTrue(narrow.stream().allMatch(line -> line.length() <= 80), narrow::toString);
    assertTrue(narrow.get(3).contains("7 left out"), narrow::toString);
  }

  @Test
  void itFitsATerminalOfEightyColumnsWhateverItsDateAndText() {
    for (Instant when : List.of(Instant.now(), Instant.parse("2024-03-01T10:00:00Z"))) {
      List<JobSummary> jobs = List.of(job(FIRST, null, "tar xzf ".repeat(20), when));
      for (int width : new int[] {80, 100, 200}) {
        List<String> lines = JobTable.of(jobs, false, width);
        assertTrue(lines.stream().allMatch(line -> line.length() <= width), lines::toString);
        assertTrue(lines.get(2).startsWith("1699a1f4  "), lines::toString);
        assertTrue(lines.get(2).contains("  RUN tar xzf"), lines::toString);
        assertTrue(lines.get(2).contains("  ann "), lines::toString);
      }
    }
  }

  @Test
  void aNarrowTerminalShowsTheJobAndSaysWhatItHasNoRoomFor() {
    Instant today = at(LocalDate.now(ZoneId.systemDefault()), 6);
    List<String> lines =
        JobTable.of(List.of(job(FIRST, null, "systemctl start", today)), false, 45);
    assertEquals("ID        WHEN   JOB           OK  FAIL  LEFT", lines.get(0));
    assertTrue(
        lines.contains("(Too narrow for USER, CHG, SKIP: --output yaml has all.)"),
        lines::toString);
  }

  @Test
  void jobsThatDifferAtTheirEndsLookDifferentHowEverNarrowItIs() {
    String path = "/srv/orchestrations/site/files/configuration/";
    List<String> lines =
        JobTable.of(
            List.of(
                job(FIRST, null, path + "one.conf", Instant.now()),
                job(PARENT, null, path + "two.conf", Instant.now())),
            false,
            80);
    assertTrue(lines.get(2).contains("one.conf "), lines::toString);
    assertTrue(lines.get(3).contains("two.conf "), lines::toString);
  }

  @Test
  void idsAreAsLongAsItTakesToTellThemApart() {
    UUID twin = UUID.fromString("1699a1f4-58f7-46dc-a91e-289e68084fd5");
    List<String> lines =
        JobTable.of(
            List.of(job(FIRST, null, "x", Instant.now()), job(twin, null, "x", Instant.now())),
            false,
            80);
    assertTrue(lines.get(2).startsWith("1699a1f4-58f6  "), lines::toString);
    assertTrue(lines.get(3).startsWith("1699a1f4-58f7  "), lines::toString);
  }

  private static JobSummary job(UUID id, String name, String text, Instant when) {
    return new JobSummary(
        id,
        new Parent(PARENT, "0d94bb0fdb7a", null, false),
        new JobTitle("f", "RUN", name, text, 0),
        new JobOrigin("ann", when, 0, false),
        false,
        new JobCounts(6, 2, 1, 3, 0, 1),
        new JobTimes(Duration.ofNanos(10598340), Duration.ZERO, when));
  }

  private static Instant at(LocalDate day, int hour) {
    return LocalDateTime.of(day, LocalTime.of(hour, 46, 26))
        .atZone(ZoneId.systemDefault())
        .toInstant();
  }
}
