package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class FetchComponentTest {
  private final FetchComponent fetch = new FetchComponent();
  private final FakeNode node = new FakeNode();

  @Test
  void aPathThatDoesNotSayWhereItLeadsIsRefusedWhenItIsPlanned() throws Exception {
    for (String path : List.of("/etc/../var/log", "/etc/./app", "/etc/app/.", "/..", "/a/*/../b")) {
      PlanException e =
          assertThrows(PlanException.class, () -> FakeNode.plan(fetch, path, null), path);
      assertTrue(e.getMessage().contains("write where it leads"), e.getMessage());
      ArgumentErrors errors = new ArgumentErrors();
      FetchComponent.Arguments arguments = new FetchComponent.Arguments();
      arguments.paths.add(path);
      fetch.validate(arguments, errors);
      assertThrows(Exception.class, () -> errors.finish("FETCH", fetch.syntax()), path);
    }
    assertEquals(
        "[\"/etc/..app\",\"/etc/.app/\",\"/...\"]",
        FakeNode.plan(fetch, "/etc/..app /etc/.app/ /...", null).get("paths").toString());
  }

  @Test
  void whatIsLeftOutIsNamedAndCounted() throws Exception {
    node.fetched.file(3);
    for (int i = 1; i <= 5; i++) {
      node.fetched.remark("/d/" + i + " is left out: a link");
    }
    assertEquals(
        "1 file, 3 bytes; 5 left out or changed: /d/1 is left out: a link; /d/2 is left out: a link;"
            + " /d/3 is left out: a link; and 2 more",
        node.run(fetch, "/d", null).info());
  }

  @Test
  void aTemplateThatBecomesSuchAPathIsRefusedOnTheNode() {
    node.args.put("dir", Json.tree("/etc/.."));
    JobException e = assertThrows(JobException.class, () -> node.run(fetch, "{{ dir }}/var", null));
    assertTrue(e.getMessage().contains("'/etc/../var'"), e.getMessage());
  }
}
