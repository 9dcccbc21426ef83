package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.verbs.Components;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Verbs that change a system: the exact commands that they issue. */
class SystemVerbsTest {
  private static final String APT =
      "DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300";
  private static final String KEEP =
      " -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold";

  @TempDir Path tools;
  private final FakeNode node = new FakeNode();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nginx | systemctl start nginx",
        "--restarted a b.service | systemctl restart a b.service",
        "--stopped a | systemctl stop a",
        "--reloaded a | systemctl reload a",
        "--enable --restarted a | systemctl enable a; systemctl restart a",
        "--enable a | systemctl enable a; systemctl start a",
        "--disable a | systemctl disable a",
        "--disable --stopped a | systemctl disable a; systemctl stop a",
        "--mask a | systemctl mask a",
        "--unmask a | systemctl unmask a; systemctl start a",
        "--daemon-reload --enable --restarted a"
            + " | systemctl daemon-reload; systemctl enable a; systemctl restart a",
        "\"{{ names }}\" | systemctl start x y",
        "getty@tty1 'a b;c' | systemctl start getty@tty1 'a b;c'",
      })
  void servicesAreRunBySystemctl(String text, String commands) throws Exception {
    arg("names", "x y");
    assertTrue(run("SERVICE", text).isSuccess());
    assertEquals(commands, commands());
  }

  @Test
  void aServiceIsTriedAgainFromTheBeginning() throws Exception {
    node.exitStatuses.addAll(List.of(0, 1, 0, 0));
    assertTrue(run("SERVICE", "--enable a").isSuccess());
    assertEquals(
        "systemctl enable a; systemctl start a; next attempt; systemctl enable a; systemctl start a",
        commands());
    node.exitStatuses.addAll(List.of(5, 5));
    assertEquals(
        new Outcome.Failed(
            Outcome.Reason.ERROR, "exit status 5: systemctl start a (attempt 2 of 2)"),
        run("SERVICE", "--retry 2 a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SERVICE | --restarted --stopped a | SERVICE: of --restarted, --stopped and --reloaded",
        "SERVICE | --enable --mask a | SERVICE: of --enable, --disable, --mask and --unmask",
        "SERVICE | --enabled a | unknown option --enabled (did you mean --enable?)",
        "SERVICE | --enable | SERVICE needs NAME...",
        "DNF | --latest --absent a | DNF: of --latest and --absent",
        "APT | --lates a | APT: unknown option --lates (did you mean --latest?)",
        "REBOOT | soon | REBOOT: SECONDS: a whole number from 0 is expected",
        "SECONTEXT | /x | SECONTEXT needs --setype",
        "SECONTEXT | --setype t --reload maybe /x | is unexpected; --reload takes True, False or"
            + " nothing, and",
        "SECONTEXT | --setype t --ftype x /x | SECONTEXT: --ftype: one of a, b",
        "FACTER | --custom-dri /x | FACTER: unknown option --custom-dri (did you mean",
      })
  void anErrorNamesTheVerbAndTheOption(String verb, String text, String message) {
    PlanException e = assertThrows(PlanException.class, () -> run(verb, text));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a b | dnf -q -y install a b",
        "--latest a | dnf -q -y --best install a",
        "a 'b c' | dnf -q -y install a 'b c'",
        "--absent a | dnf -q -y remove a",
        "--exclude x,y a | dnf -q -y --exclude=x,y install a",
        "--clear-metadata a | dnf clean all; dnf makecache; dnf -q -y install a",
      })
  void packagesAreInstalledByDnf(String text, String commands) throws Exception {
    assertTrue(run("DNF", text).isSuccess());
    assertEquals(commands, commands());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a b | APT KEEP --no-upgrade install a b",
        "c 'a b' | APT KEEP --no-upgrade install c 'a b'",
        "--latest a | APT KEEP install a",
        "--absent a | APT remove a",
      })
  void packagesAreInstalledByApt(String text, String commands) throws Exception {
    assertTrue(run("APT", text).isSuccess());
    assertEquals(commands.replace(" KEEP", KEEP).replace("APT", APT), commands());
  }

  @Test
  void aptsListsAreWaitedForWhileAnotherProgramHasThem() throws Exception {
    assertTrue(run("APT", "--clear-metadata a").isSuccess());
    assertEquals("shell apt-get clean", node.done.get(0));
    String update = node.done.get(1).substring("shell ".length());
    assertEquals("shell " + APT + KEEP + " --no-upgrade install a", node.done.get(2));
    String locked = "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7";
    tool("sleep", "echo slept $1");
    tool(
        "apt-get",
        "echo run >> "
            + tools.resolve("runs")
            + "; [ $(wc -l < "
            + tools.resolve("runs")
            + ") -gt 2 ] || { echo '"
            + locked
            + "' >&2; exit 100; }; echo updated");
    assertEquals("slept 5\nslept 5\nupdated\n0\n", shell(update));
    tool("apt-get", "echo 'E: no such host' >&2; exit 100");
    assertEquals("E: no such host\n100\n", shell(update));
  }

  private void tool(String name, String script) throws Exception {
    Path file = Files.writeString(tools.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** What a command prints, and its exit status. */
  private String shell(String command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", "(" + command + "\n); echo $?")
            .redirectErrorStream(true);
    builder.environment().put("PATH", tools + ":/usr/bin:/bin");
    builder.environment().put("TMPDIR", tools.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  @ParameterizedTest
  @CsvSource({"10, apt-get", "11, dnf"})
  void thePackageManagerIsTheNodesOwn(int which, String command) throws Exception {
    node.exitStatuses.add(which);
    assertTrue(run("PACKAGE", "a").isSuccess());
    assertTrue(node.done.get(1).contains(command + " "), node.done.get(1));
  }

  @Test
  void aNodeWithoutAPackageManagerSaysSo() {
    node.exitStatuses.add(12);
    JobException e = assertThrows(JobException.class, () -> run("PACKAGE", "a"));
    assertEquals("this node has neither apt-get nor dnf", e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SERVICE | -q app | SERVICE: NAME...: '-q' is not a name, and options begin with --",
        "APT | a -y | APT: PACKAGE...: '-y' is not a name, and options begin with --",
      })
  void whatLooksLikeAnOptionIsRefusedBeforeAnythingRuns(String verb, String text, String message) {
    PlanException e =
        assertThrows(
            PlanException.class, () -> FakeNode.plan(Components.builtin().find(verb), text, null));
    assertEquals(message, e.getMessage());
  }

  @Test
  void aNameIsNeverAnOption() throws Exception {
    arg("name", "--purge");
    JobException e = assertThrows(JobException.class, () -> run("APT", "\"{{ name }}\""));
    assertEquals("'--purge' is an option, not one of the packages", e.getMessage());
    arg("name", " ");
    assertThrows(JobException.class, () -> run("APT", "\"{{ name }}\""));
    assertEquals(List.of(), node.done);
  }

  @Test
  void aRebootHoldsAllElseBackAndComesLater() throws Exception {
    assertTrue(run("REBOOT", "").isSuccess());
    assertEquals(
        List.of(
            "detached sleep 10; systemctl --message='Directord reboot instruction' reboot",
            "hold back PT10M10S"),
        node.done);
    node.done.clear();
    run("REBOOT", "0");
    assertTrue(node.done.get(0).startsWith("detached sleep 0;"), node.done.get(0));
  }

  @Test
  void factsBecomeAnArgument() throws Exception {
    node.outputs.add("{\"os\": {\"family\": \"Debian\"}}");
    arg("facts", "/etc/my facts");
    run("FACTER", "--custom-dir /c --external-dir '{{ facts }}'");
    assertEquals(
        "shell facter --json --custom-dir /c --external-dir '/etc/my facts'", node.done.get(0));
    assertEquals("Debian", node.args.get("facter").path("os").path("family").asString());
    assertEquals("facter", new FacterComponent().leaves());
  }

  @Test
  void factsAreTakenAlsoWhereSomeCouldNotBeFound() throws Exception {
    node.exitStatuses.add(1);
    node.outputs.add("{\"kernel\": \"Linux\"}");
    assertTrue(run("FACTER", "").info().contains("exit status 1"));
    assertEquals("Linux", node.args.get("facter").path("kernel").asString());
  }

  @Test
  void withoutFactsTheJobFails() throws Exception {
    node.exitStatuses.add(127);
    JobException e = assertThrows(JobException.class, () -> run("FACTER", ""));
    assertEquals("Facter is not installed!", e.getMessage());
    node.outputs.add("no json");
    assertThrows(JobException.class, () -> run("FACTER", ""));
    assertFalse(node.args.containsKey("facter"));
  }

  @Test
  void anSelinuxContextIsChangedOrElseAdded() throws Exception {
    String context = " --noreload --type http_t --ftype f --seuser u --range s0 '/srv(/.*)?'";
    String text = "--setype http_t --ftype f --seuser u --selevel s0 '/srv(/.*)?'";
    run("SECONTEXT", text);
    assertEquals(
        "selinuxenabled 2>/dev/null; semanage fcontext --modify" + context + " 2>/dev/null",
        commands());
    node.done.clear();
    node.exitStatuses.addAll(List.of(0, 1, 0));
    assertTrue(run("SECONTEXT", text).isSuccess());
    assertEquals("shell semanage fcontext --add" + context, node.done.get(2));
    node.done.clear();
    for (String reload : List.of("--reload", "--reload True", "--reload=true")) {
      node.done.clear();
      run("SECONTEXT", "--setype t " + reload + " /x");
      assertEquals("shell semanage fcontext --modify --type t /x 2>/dev/null", node.done.get(1));
    }
    node.done.clear();
    run("SECONTEXT", "--reload False --setype t /x");
    assertEquals(
        "shell semanage fcontext --modify --noreload --type t /x 2>/dev/null", node.done.get(1));
  }

  @Test
  void withoutSelinuxNothingIsDone() throws Exception {
    node.exitStatuses.add(1);
    assertEquals(
        new Outcome.Succeeded("SELinux is not enabled."), run("SECONTEXT", "--setype t /x"));
    assertEquals("selinuxenabled 2>/dev/null", commands());
    assertEquals("SELinux is not enabled.", node.stderr.toString());
  }

  @Test
  void theJobsKeysAreTheOriginals() throws Exception {
    assertEquals(
        json(
            "{'state':'enable','running':'start','retry':3,'services':['a'],'daemon_reload':false}"),
        FakeNode.plan(Components.builtin().find("SERVICE"), "--enable a", null));
    assertEquals(
        json("{'state':'absent','retry':3,'clear':false,'packages':['a','b']}"),
        FakeNode.plan(Components.builtin().find("DNF"), "--absent a b", null));
    assertEquals(json("{'time':10}"), FakeNode.plan(Components.builtin().find("REBOOT"), "", null));
  }

  private Outcome run(String verb, String text) throws Exception {
    Component<?> component = Components.builtin().find(verb);
    return node.run(component, text, null);
  }

  private String commands() {
    return String.join("; ", node.done).replace("shell ", "");
  }

  private void arg(String name, String value) {
    node.args.put(name, JsonNodeFactory.instance.stringNode(value));
  }

  private static JsonNode json(String text) {
    return Json.mapper().readTree(text.replace('\'', '"'));
  }
}
