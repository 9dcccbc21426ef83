package io.directord.server.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.verbs.Components;
import io.directord.verbs.external.Facts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class InstalledVerbsTest {
  @TempDir Path directory;

  @Test
  void aJobBringsAnotherDefinitionIfAnythingOfItDiffersButWhereItLay() throws Exception {
    Path file = directory.resolve("greet.yaml");
    String text = "description: d\noptions: {kind: {choices: [a, b]}}\nscript: 'true'\n";
    Files.writeString(file, text);
    Components components = Components.installed(List.of(directory));
    ObjectNode planned = components.find("GREET").complete(Json.object().put("kind", "a"));
    SourceFile brought = SourceFile.in(job(planned)).get(0);

    ObjectNode elsewhere = planned.deepCopy();
    elsewhere.set(SourceFile.KEY, files(brought.sha256()));
    ObjectNode other = planned.deepCopy();
    other.set(SourceFile.KEY, files("0".repeat(64)));
    ObjectNode cacheable = planned.deepCopy();
    cacheable.set(Facts.KEY, Json.tree(new Facts(false, "lock", null, false)));
    ObjectNode notAllowed = planned.deepCopy().put("kind", "c");
    ObjectNode none = Json.object().put("kind", "a");
    List<Job> jobs =
        List.of(
            job(planned), job(elsewhere), job(other), job(cacheable), job(notAllowed), job(none));

    InstalledVerbs verbs = new InstalledVerbs(components, null);
    assertEquals(Set.of(jobs.get(2).id(), jobs.get(3).id(), jobs.get(4).id()), verbs.foreign(jobs));
    Files.writeString(file, text + "# changed\n");
    assertEquals(4 + 1, verbs.foreign(jobs).size(), "those that bring what was installed before");
  }

  private JsonNode files(String sha256) {
    return Json.tree(
        List.of(new SourceFile("/elsewhere/greet.yaml", sha256, size(), "greet.yaml")));
  }

  private long size() {
    return directory.resolve("greet.yaml").toFile().length();
  }

  private static Job job(ObjectNode arguments) {
    return JobJson.read(arguments.deepCopy().put("verb", "GREET"));
  }
}
