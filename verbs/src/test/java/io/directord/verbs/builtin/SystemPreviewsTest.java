package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.ReadableNode;
import io.directord.common.component.ReadableNode.Answer;
import io.directord.verbs.Components;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What verbs say that they would do to packages, services, pods and images. */
class SystemPreviewsTest {
  @TempDir Path directory;
  private final FakeNode node = new FakeNode();

  @AfterEach
  void nothingWasRun() {
    assertEquals(List.of(), node.done);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "active | enabled | a | unchanged: a is active and enabled",
        "inactive | enabled | a | would change: a: start, which is inactive and enabled",
        "active | enabled | --restarted a | would change: a: restart, which is active and enabled",
        "active | enabled | --stopped a | would change: a: stop, which is active and enabled",
        "inactive | disabled | --stopped a | unchanged: a is inactive and disabled",
        "active | disabled | --enable a | would change: a: enable, which is active and disabled; 1 unchanged",
        "active | masked | --mask a | unchanged: a is active and masked",
        "inactive | masked | --unmask a"
            + " | would change: a: unmask, which is inactive and masked; a: start, which is inactive and masked",
      })
  void service(String active, String file, String text, String expected) throws Exception {
    service("a", "loaded", active, file, "no");
    assertEquals(expected, preview("SERVICE", text));
  }

  @Test
  void aServiceWhoseUnitFileHasChangedIsReadAgain() throws Exception {
    service("a", "loaded", "active", "enabled", "yes");
    service("b", "loaded", "active", "enabled", "no");
    assertEquals(
        "would change: the unit file of a would be read again; 2 unchanged",
        preview("SERVICE", "--daemon-reload a b"));
    assertEquals("unchanged: b is active and enabled", preview("SERVICE", "--daemon-reload b"));
  }

  @Test
  void aServiceOfWhichNothingIsKnownWouldFail() {
    service("a", "not-found", "inactive", "", "no");
    assertFails("there is no service a", "SERVICE", "a");
    assertFails("systemctl does not know the state of b", "SERVICE", "b");
  }

  private void service(String name, String load, String active, String file, String reload) {
    String text =
        "LoadState=%s\nActiveState=%s\nUnitFileState=%s\nNeedDaemonReload=%s\n"
            .formatted(load, active, file, reload);
    String command =
        "systemctl show --property LoadState,ActiveState,UnitFileState,NeedDaemonReload -- ";
    node.answers.put(command + name + ".service", new Answer(0, text, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "there | unchanged: there: nothing would change",
        "new there | would change: would install new",
        "--absent there | would change: would remove there",
        "--absent new | unchanged: new: nothing would change",
        "--latest there | unknown: whether there is something newer than there is not asked",
        "--latest new there | would change: would install new",
        "--clear-metadata there | unknown: the package lists would be refreshed first; 1 unchanged",
      })
  void packagesOfDnf(String text, String expected) throws Exception {
    node.answers.put("rpm -q --whatprovides there", new Answer(0, "there-1.0\n", ""));
    node.answers.put("rpm -q --whatprovides new", new Answer(1, "", ""));
    assertEquals(expected, preview("DNF", text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "curl | --no-upgrade install curl | '' | unchanged: curl: nothing would change",
        "curl | --no-upgrade install curl | Inst curl (7.88 Debian [amd64])"
            + " | would change: would install curl",
        "--latest curl | install curl | Inst curl [7.87] (7.88 Debian [amd64])"
            + " | would change: would upgrade curl",
        "--absent curl | remove curl | Remv curl [7.88] | would change: would remove curl",
      })
  void packagesOfApt(String text, String command, String says, String expected) throws Exception {
    String simulation =
        "apt-get -q -y -s -o Debug::NoLocking=1 -o Dir::Cache::pkgcache= -o"
            + " Dir::Cache::srcpkgcache= ";
    node.answers.put(simulation + command, new Answer(0, "Reading lists\n" + says + "\n", ""));
    assertEquals(expected, preview("APT", text));
  }

  @Test
  void packagesThatCannotBeInstalledFailInTheWordsOfTheirManager() {
    node.answers.put("apt-get ", new Answer(100, "", "W: x\nE: Unable to locate package nope\n"));
    assertFails("apt-get: Unable to locate package nope", "APT", "nope");
    assertFails("there is no rpm", "DNF", "nope");
  }

  @Test
  void packagesOfTheNodesOwnManager() throws Exception {
    int debian = 10;
    node.exitStatuses.add(debian);
    node.answers.put("apt-get ", new Answer(0, "Inst curl (7.88 Debian [amd64])\n", ""));
    assertEquals("would change: would install curl", preview("PACKAGE", "curl"));
    node.done.clear();
    int fedora = 11;
    node.exitStatuses.add(fedora);
    node.answers.put("rpm -q --whatprovides curl", new Answer(0, "curl-8\n", ""));
    assertEquals("unchanged: curl: nothing would change", preview("PACKAGE", "curl"));
    node.done.clear();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--start p | Running | unchanged: p is Running",
        "--start p | Exited | would change: would start pod p, which is Exited",
        "--start p | Degraded | would change: would start pod p, which is Degraded",
        "--stop p | Degraded | would change: would stop pod p, which is Degraded",
        "--stop p | Exited | unchanged: p is Exited",
        "--kill p | Running | would change: would kill pod p, which is Running",
        "--rm p | Exited | would change: would rm pod p, which is Exited",
        "--inspect p | Running | unchanged: p is Running",
        "--exec-run p --command ls | Running | unknown: would run a command in p",
      })
  void pods(String text, String state, String expected) throws Exception {
    try (FakePodman podman = new FakePodman(socket())) {
      podman.answers.put("/pods/p/json", "{\"State\":\"" + state + "\"}");
      assertEquals(expected, preview("POD", text + " --socket-path " + socket()));
      assertTrue(podman.requests.stream().allMatch(one -> one.startsWith("GET ")));
    }
  }

  @Test
  void podsOfAFileAreUnknownAndOnesThatAreNotThereFail() throws Exception {
    try (FakePodman podman = new FakePodman(socket())) {
      Path file = Files.writeString(directory.resolve("pod.yaml"), "kind: Pod\n");
      String at = " --socket-path " + socket();
      assertEquals(
          "unknown: would make and start the pods of " + file,
          preview("POD", "--play " + file + at));
      assertFails("no/such.yaml", "POD", "--play " + directory.resolve("no/such.yaml") + at);
      assertFails("pod q: no such object", "POD", "--stop q" + at);
      assertEquals(List.of("GET /pods/q/json"), podman.requests);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--pull new | would change: would pull new",
        "--pull old | unknown: would pull old, of which there may be a newer one",
        "--pull new old"
            + " | would change: would pull new; unknown: would pull old, of which there may be a newer one",
        "--tag old alias | unchanged: old is also alias",
        "--tag old new | would change: old would also be new",
        "--push old | unchanged: nothing on the node: would push old",
        "--list | unchanged: nothing on the node: would list",
      })
  void images(String text, String expected) throws Exception {
    try (FakePodman podman = new FakePodman(socket())) {
      podman.answers.put("/images/old/json", "{\"Id\":\"1\"}");
      podman.answers.put("/images/alias/json", "{\"Id\":\"1\"}");
      assertEquals(expected, preview("CONTAINER_IMAGE", text + " --socket-path " + socket()));
      assertTrue(podman.requests.stream().allMatch(one -> one.startsWith("GET ")));
    }
  }

  @Test
  void anImageThatIsNotThereCannotBeNamed() throws Exception {
    try (FakePodman podman = new FakePodman(socket())) {
      String text = "--tag new alias --socket-path " + socket();
      assertFails("there is no image new", "CONTAINER_IMAGE", text);
      assertEquals(1, podman.requests.size());
    }
  }

  private Path socket() {
    return directory.resolve("podman.sock");
  }

  private void assertFails(String message, String verb, String text) {
    JobException e = assertThrows(JobException.class, () -> preview(verb, text));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  private String preview(String verb, String text) throws Exception {
    return preview(Components.builtin().find(verb), text);
  }

  private <A> String preview(Component<A> component, String text) throws Exception {
    A arguments = component.read(FakeNode.plan(component, text, null));
    return component.preview(arguments, readOnly()).info();
  }

  /** The fake node, as far as it can be read. */
  private PreviewContext readOnly() {
    return (PreviewContext)
        Proxy.newProxyInstance(
            PreviewContext.class.getClassLoader(),
            new Class<?>[] {PreviewContext.class},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() != ReadableNode.class) {
                throw new AssertionError("not to be asked for by a preview: " + method);
              }
              try {
                return method.invoke(node, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
