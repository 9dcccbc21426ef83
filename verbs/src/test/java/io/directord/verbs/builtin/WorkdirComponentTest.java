package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.job.Outcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class WorkdirComponentTest {
  private final WorkdirComponent workdir = new WorkdirComponent();
  private final FakeNode node = new FakeNode();
  @TempDir Path directory;

  @Test
  void theJobsKeysAreTheOriginals() throws Exception {
    assertEquals(
        "{\"user\":\"0\",\"group\":\"0\",\"mode\":511,\"workdir\":\"/a b\"}",
        FakeNode.plan(workdir, "--chown=0:0 --chmod=0777 '/a b'", null).toString());
    assertEquals("{\"workdir\":\"/a\"}", FakeNode.plan(workdir, "/a", null).toString());
  }

  @Test
  void hasTheNodeMakeTheDirectory() throws Exception {
    node.args.put("base", JsonNodeFactory.instance.stringNode(directory.toString()));
    Outcome outcome = node.run(workdir, "--chown :root --chmod 0750 {{ base }}/a/b", null);
    assertEquals(Outcome.Succeeded.FINISHED, outcome);
    assertEquals("Directory " + directory + "/a/b OK", node.stdout.toString());
    assertEquals(
        List.of("make " + directory + "/a/b Ownership[user=null, group=root, mode=488]"),
        node.done);
  }

  @Test
  void aTemplateMustGiveAnAbsolutePath() {
    node.args.put("base", JsonNodeFactory.instance.stringNode("relative"));
    JobException e =
        assertThrows(JobException.class, () -> node.run(workdir, "{{ base }}/a", null));
    assertEquals("an absolute path is needed, not 'relative/a'", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "relative",
        "",
        "/a b",
        "--chmod 0999 /a",
        "--chmod -1 /a",
        "--chmod 77777 /a",
        "--chmod rwx /a",
        "--chown : /a",
        "--chown '' /a"
      })
  void whatMakesNoSenseIsRefused(String text) {
    PlanException e = assertThrows(PlanException.class, () -> FakeNode.plan(workdir, text, null));
    assertTrue(e.getMessage().startsWith("WORKDIR"), e.getMessage());
  }
}
