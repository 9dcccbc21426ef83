package io.directord.common.component;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class SourceFileTest {
  private static final String SHA = "0123456789abcdef".repeat(4);

  @Test
  void mostJobsDeliverNothing() {
    assertEquals(List.of(), SourceFile.in(job("{'verb': 'RUN', 'command': 'true'}")));
  }

  @Test
  void theFilesOfAJobAreRead() {
    Job job =
        job("{'verb': 'COPY', 'files': [{'path': '/a', 'sha256': '%s', 'size': 3, 'to': '/b'}]}");
    assertEquals(List.of(new SourceFile("/a", SHA, 3, "/b")), SourceFile.in(job));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'x'",
        "{}",
        "[1]",
        "[null]",
        "[{}]",
        "[{'path': '/a', 'sha256': 'abc', 'size': 3}]",
        "[{'path': '/a', 'sha256': '%s', 'size': -1}]",
        "[{'path': '/a', 'sha256': '%s', 'size': 'many'}]",
        "[{'path': {}, 'sha256': '%s', 'size': 1}]",
      })
  void whatMakesNoSenseIsRefused(String files) {
    Job job = job("{'verb': 'COPY', 'files': " + files + "}");
    assertThrows(IllegalArgumentException.class, () -> SourceFile.in(job));
  }

  private static Job job(String json) {
    return JobJson.read(Json.read(json.replace('\'', '"').replace("%s", SHA), ObjectNode.class));
  }
}
