package io.directord.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.execution.ContentLink;
import io.directord.client.execution.JobVerbs;
import io.directord.client.execution.Outgoing;
import io.directord.client.execution.RunAs;
import io.directord.common.component.JobException;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.job.JobDefinition;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.validation.WrongSettingException;
import io.directord.common.wire.Delivery;
import io.directord.verbs.Components;
import io.directord.verbs.external.Facts;
import io.directord.verbs.external.Shipments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What a server sends that leaves out all checks: only the node's own veto is in the way. */
class VetoTest {
  private static final Components COMPONENTS = Components.builtin();

  @TempDir Path directory;

  private Settings settings(Map<Setting<?>, String> given) throws Exception {
    Map<Setting<?>, String> values = new HashMap<>(given);
    values.put(
        Settings.CONFIG_FILE, Files.writeString(directory.resolve("config.yaml"), "").toString());
    return SettingsLoader.load(values, Map.of());
  }

  private Veto veto(String allow, String deny) throws Exception {
    Map<Setting<?>, String> given = new HashMap<>();
    if (allow != null) {
      given.put(Settings.ALLOW_VERBS, allow);
    }
    if (deny != null) {
      given.put(Settings.DENY_VERBS, deny);
    }
    return Veto.of(settings(given), COMPONENTS);
  }

  private JobVerbs verbs(Veto veto, RunAs user) {
    return veto.over(NodeVerbs.of(COMPONENTS, new Shipments(directory.resolve("verbs"))), user);
  }

  private static Job job(String verb, String arguments) {
    Job any = TestVerbs.job(verb, "");
    ObjectNode all = Json.read(arguments.replace('\'', '"'), ObjectNode.class);
    return new Job(
        any.id(),
        any.fingerprint(),
        any.parent(),
        any.name(),
        new JobDefinition(
            verb, all, any.timeout(), any.runOnce(), any.stdoutArg(), any.stderrArg()),
        any.options(),
        any.targets());
  }

  /** As a job brings a verb that users define. */
  private static Job brought(String verb) {
    Job job = job(verb, "{}");
    job.arguments().set(Facts.KEY, Json.tree(new Facts(true, null, null, false)));
    return job;
  }

  private String refusal(JobVerbs verbs, Job job) {
    JobException e = assertThrows(JobException.class, () -> verbs.find(job));
    assertEquals(Outcome.Reason.VETOED, e.reason(), e.getMessage());
    return e.getMessage();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "-              | RUN      | RUN     | {'command':'id'}",
        "COPY           | -        | RUN     | {'command':'id'}",
        "COPY,RUN       | RUN      | RUN     | {'command':'id'}",
        "run            | -        | COPY    | {}",
        "-              | RUN      | WAIT    | {'command':'id'}",
        "WAIT           | -        | WAIT    | {'command':'id'}",
        "-              | copy     | ADD     | {}",
        "-              | ADD      | COPY    | {}",
        "-              | APT      | PACKAGE | {}",
        "-              | PACKAGE  | DNF     | {}",
        "-              | FETCH    | FETCH   | {}",
        "RUN            | -        | NO_SUCH | {}",
        "RUN            | -        | run     | {'command':'id'}",
        "-              | QUEUESENTINEL | QUEUESENTINEL | {}",
      })
  void refusesWhatTheNodeDoesNotAllow(String allow, String deny, String verb, String arguments)
      throws Exception {
    String why = refusal(verbs(veto(allow, deny), RunAs.ANYBODY), job(verb, arguments));
    assertTrue(
        why.startsWith("this node's own configuration does not allow ")
            && (why.contains("allow_verbs: ") || why.contains("deny_verbs: ")),
        why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "-         | COPY | RUN  | {'command':'id'}",
        "RUN       | -    | RUN  | {'command':'id'}",
        "RUN,WAIT  | -    | WAIT | {'command':'id'}",
        "WAIT      | -    | WAIT | {'seconds':1}",
        "COPY      | -    | COPY | {}",
        "-         | APT  | DNF  | {}",
      })
  void letsAllElseRun(String allow, String deny, String verb, String arguments) throws Exception {
    assertNotNull(verbs(veto(allow, deny), RunAs.ANYBODY).find(job(verb, arguments)));
  }

  @Test
  void aDefinitionThatAJobBringsIsAProgramWhateverItsName() throws Exception {
    JobVerbs allowing = verbs(veto("COPY,defined:greet", null), RunAs.ANYBODY);
    assertNotNull(allowing.find(brought("GREET")));
    refusal(allowing, brought("OTHER"));
    // In the name of a verb that is allowed.
    String why = refusal(allowing, brought("COPY"));
    assertEquals("COPY comes with directord, and a job cannot bring it", why);
    refusal(verbs(veto(null, "RUN"), RunAs.ANYBODY), brought("GREET"));
    refusal(verbs(veto(null, "defined:GREET"), RunAs.ANYBODY), brought("GREET"));
    assertNotNull(verbs(veto(null, "COPY"), RunAs.ANYBODY).find(brought("GREET")));
  }

  @Test
  void withoutFetchNoFileLeavesWhateverVerbSendsIt() throws Exception {
    ContentLink link =
        new ContentLink() {
          @Override
          public void fetch(Delivery delivery, long[] chunks, Sink sink) {}

          @Override
          public Outgoing send(long bytes, Outgoing.Announcement announcement) {
            throw new AssertionError("sends");
          }
        };
    for (Veto veto : new Veto[] {veto(null, "FETCH"), veto("COPY", null)}) {
      JobException e =
          assertThrows(JobException.class, () -> veto.over(link).send(1, upload -> {}));
      assertEquals(Outcome.Reason.VETOED, e.reason());
      assertFalse(verbs(veto, RunAs.ANYBODY).mayShowFiles());
    }
    assertEquals(link, veto(null, "COPY").over(link));
  }

  @Test
  void aVerbThatIsNotThereIsAnErrorAtTheStart() {
    WrongSettingException e =
        assertThrows(WrongSettingException.class, () -> veto("COPY,SERVCE", null));
    assertEquals("allow-verbs", e.setting());
    assertEquals(
        "allow_verbs: unknown verb SERVCE (did you mean SERVICE?); one that only jobs bring is"
            + " written defined:SERVCE",
        e.getMessage());
    assertThrows(WrongSettingException.class, () -> veto(null, "NOPE"));
  }

  @Test
  void aUserWhoIsNotThereIsAnErrorAtTheStart() throws Exception {
    Veto veto = Veto.of(settings(Map.of(Settings.RUN_AS, "no-such-user-of-this-test")), COMPONENTS);
    WrongSettingException e = assertThrows(WrongSettingException.class, veto::runAs);
    assertTrue(e.getMessage().startsWith("run_as: /etc/passwd of this node has no user"));
  }

  @Test
  void theServerIsToldInFactsThatFitIntoAMessage() throws Exception {
    assertEquals(Map.of(), veto(null, null).facts());
    assertEquals(
        Map.of("allow_verbs", "COPY SERVICE", "deny_verbs", "FETCH RUN"),
        veto("COPY,SERVICE", "RUN,FETCH").facts());
    StringBuilder many = new StringBuilder("RUN");
    for (int i = 0; i < 50; i++) {
      many.append(",defined:VERB_").append(i);
    }
    String text = veto(many.toString(), null).facts().get("allow_verbs");
    assertTrue(text.length() <= 255 && text.matches("RUN .* and [0-9]+ more"), text);
  }
}
