package io.directord.server.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.wire.Upload;
import io.directord.server.store.JobRead;
import io.directord.server.store.StoredJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much JOB_WAIT looks at, with many nodes that wait for many. */
class JobWaitCoordinatorTest {
  private static final String SHA = "ab".repeat(28);
  private static final int NODES = 300;

  private final List<String> nodes = IntStream.range(0, NODES).mapToObj(i -> "n" + i).toList();
  private final JobWaitCoordinator coordinator = new JobWaitCoordinator();
  private final CountingFloor floor = new CountingFloor();

  @Test
  void whatManyNodesWaitForIsLookedAtOnce() {
    RunningJob awaited = new RunningJob(job("RUN"));
    floor.unended.add(awaited);
    RunningJob wait = new RunningJob(job("JOB_WAIT"));

    nodes.forEach(node -> coordinator.waiting(wait, node, "", floor));

    assertEquals(1, floor.looks, "jobs that have not ended were looked for");
    assertEquals(NODES, awaited.looks, "targets that were looked at");
    assertEquals(0, floor.reads);

    for (String node : nodes) {
      assertEquals(0, floor.resumed);
      coordinator.committed(awaited, node, null, floor);
    }
    assertEquals(NODES, floor.resumed);
    assertEquals(NODES, awaited.looks);
  }

  @Test
  void theStoreIsAskedOnceHoweverManyWait() {
    floor.ended.add(UUID.randomUUID());
    RunningJob wait = new RunningJob(job("JOB_WAIT"));

    nodes.forEach(node -> coordinator.waiting(wait, node, "", floor));

    assertEquals(1, floor.reads);
    assertEquals(0, floor.resumed);
  }

  @Test
  void anEndThatNobodyWaitsForCostsNothing() {
    RunningJob other = new RunningJob(job("RUN"));

    nodes.forEach(node -> coordinator.committed(other, node, null, floor));

    assertTrue(floor.looks + other.looks + floor.reads == 0);
  }

  private Job job(String verb) {
    var json = Json.object().put("verb", verb);
    if (verb.equals("JOB_WAIT")) {
      json.put("job_sha", SHA).set("identity", Json.tree(nodes));
    } else {
      json.put("job_sha3_224", SHA);
    }
    return JobJson.read(json);
  }

  /** A job on every node, of which it counts how often it is looked at. */
  private final class RunningJob implements Work {
    private final Job job;
    private int looks;

    RunningJob(Job job) {
      this.job = job;
    }

    @Override
    public UUID id() {
      return job.id();
    }

    @Override
    public Job job() {
      return job;
    }

    @Override
    public StoredJob stored() {
      throw new AssertionError("not needed");
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public boolean isEnded() {
      return false;
    }

    @Override
    public boolean isCommitted() {
      return false;
    }

    @Override
    public List<String> targets() {
      return nodes;
    }

    @Override
    public boolean hasEndedOn(String node) {
      looks++;
      return false;
    }

    @Override
    public boolean hasFailedOn(String node) {
      looks++;
      return false;
    }

    @Override
    public boolean isCommittedOn(String node) {
      looks++;
      return false;
    }
  }

  /** Counts what it is asked for. */
  private static final class CountingFloor implements Floor {
    private final List<Work> unended = new ArrayList<>();
    private final List<UUID> ended = new ArrayList<>();
    private int looks;
    private int reads;
    private int resumed;

    @Override
    public void takeFiles(String node, Work job, Upload upload) {}

    @Override
    public void endFiles(String node, UUID job, boolean settled) {}

    @Override
    public Work find(UUID job) {
      return null;
    }

    @Override
    public Collection<? extends Work> unended(String fingerprint) {
      looks++;
      return unended;
    }

    @Override
    public List<UUID> ended(String fingerprint) {
      return ended;
    }

    @Override
    public boolean isKept(UUID job) {
      return false;
    }

    @Override
    public Optional<String> error(String node) {
      return Optional.empty();
    }

    @Override
    public List<String> present() {
      return List.of();
    }

    @Override
    public void resume(String node, UUID job, boolean success, String info) {
      resumed++;
    }

    @Override
    public Optional<String> submit(Job job, Work cause) {
      throw new AssertionError("not needed");
    }

    @Override
    public void dropUnsent(String node, Outcome.Failed why) {}

    @Override
    public void reboots(String node, Work job, Duration away) {}

    @Override
    public void read(List<JobRead> wanted, Finder finder) {
      assertEquals(Set.of(), wanted.get(0).nodes());
      reads++;
    }
  }
}
