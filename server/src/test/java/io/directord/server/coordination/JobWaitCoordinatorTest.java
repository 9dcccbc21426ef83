package io.directord.server.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class JobWaitCoordinatorTest {
  private static final String SHA = "ab".repeat(28);
  private static final List<String> NODES = IntStream.range(0, 300).mapToObj(i -> "n" + i).toList();

  private final Map<String, Integer> asked = new HashMap<>();
  private final List<String> resumed = new ArrayList<>();
  private final JobWaitCoordinator coordinator = new JobWaitCoordinator();

  /** The work of each of these pairs once was as much as there are jobs. */
  @Test
  void jobsAreLookedThroughOnceHoweverManyNodesWaitForHoweverMany() {
    Work awaited = work(job("RUN").put("job_sha3_224", SHA).put("command", "x"));
    ObjectNode json = job("JOB_WAIT").put("job_sha", SHA);
    json.set("identity", Json.tree(NODES));
    Work wait = work(json);
    Floor floor = floor(awaited);

    NODES.forEach(node -> coordinator.waiting(wait, node, "", floor));
    assertEquals(List.of(), resumed);
    NODES.forEach(node -> coordinator.committed(awaited, node, null, floor));

    assertEquals(NODES, resumed);
    assertEquals(1, asked.get("unended"));
    assertEquals(NODES.size(), asked.get("isCommittedOn"));
  }

  private static ObjectNode job(String verb) {
    ObjectNode json = Json.object().put("verb", verb);
    json.set("targets", Json.tree(NODES));
    return json;
  }

  private Work work(ObjectNode json) {
    Job job = JobJson.read(json);
    return stub(
        Work.class, Map.of("id", job.id(), "job", job, "targets", NODES, "isCommittedOn", false));
  }

  private Floor floor(Work unended) {
    return stub(
        Floor.class,
        Map.of("unended", List.of(unended), "ended", List.of(), "error", Optional.empty()));
  }

  /** Answers always the same, counts how often it was asked, and notes who was resumed. */
  private <T> T stub(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              asked.merge(method.getName(), 1, Integer::sum);
              if (method.getName().equals("resume")) {
                resumed.add((String) arguments[0]);
              }
              return answers.get(method.getName());
            }));
  }
}
