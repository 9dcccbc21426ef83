package io.directord.cli.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.jinja.Environment;
import io.directord.jinja.limit.TemplateLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From the text of catalogs to the steps of hosts, or to all that is wrong in them. */
class CatalogTest {
  private static final String INVENTORY =
      """
      site: ham
      directord_server:
        targets:
        - host: boss
      directord_clients:
        args:
          port: 2200
          username: admin
        targets:
        - host: web-1
          name: first
        - host: web-2
          port: 22
          username: other
          rack: 7
      """;

  @TempDir Path directory;

  @Test
  void catalogsAreMerged() throws Exception {
    CatalogPlanner.Plan plan =
        plan(
            Set.of(),
            INVENTORY,
            """
            directord_server:
              jobs:
              - RUN: systemctl restart directord-server
            directord_clients:
              jobs:
              - RUN: one
            """,
            """
            directord_clients:
              jobs:
              - RUN: two
            """);
    assertEquals(List.of(), texts(plan));
    assertEquals(
        List.of(
            new HostSteps(
                new Address("boss", "boss", 22, "me"),
                List.of(new CatalogSteps.Run("systemctl restart directord-server")))),
        plan.servers());
    assertEquals(
        List.of(
            new Address("first", "web-1", 2200, "admin"),
            new Address("web-2", "web-2", 22, "other")),
        plan.clients().stream().map(HostSteps::address).toList());
    assertEquals(
        List.of(new CatalogSteps.Run("one"), new CatalogSteps.Run("two")),
        plan.clients().get(0).steps());
  }

  @Test
  void listsOfJobsMayBeNested() throws Exception {
    assertEquals(
        List.of("a", "b", "c", "d"),
        commands(
            """
            - RUN: a
            - - RUN: b
              - - RUN: c
            - RUN: d
            """));
  }

  @Test
  void templatesSeeTheWholeCatalogAndTheTargetsOwnDefinition() throws Exception {
    assertEquals(
        List.of(
            "boss ham", "web-1 first 2200 admin", "none", "web-1,web-2,", "{'RUN': '{{ site }}'}"),
        commands(
            """
            - RUN: "{{ directord_server['targets'][0]['host'] }} {{ site }}"
            - RUN: >-
                {{ directord_bootstrap.host }} {{ directord_bootstrap['name'] }}
                {{ directord_bootstrap.port }} {{ directord_bootstrap.username }}
            - RUN: "{{ directord_bootstrap['key_file'] | default('none') }}"
            - RUN: "{% for client in directord_clients['targets'] %}{{ client['host'] }},{% endfor %}"
            - RUN: "{{ {'RUN': '{{ site }}'} }}"
            """));
  }

  @Test
  void aFileIsTakenBesideItsCatalogAndThenFromTheDistribution() throws Exception {
    Path tools = Files.createDirectories(directory.resolve("share"));
    Files.writeString(directory.resolve("both"), "");
    Files.writeString(tools.resolve("both"), "");
    Files.writeString(tools.resolve("only"), "");
    CatalogPlanner.Plan plan =
        plan(
            Set.of(),
            INVENTORY,
            jobs(
                """
                - ADD: both both.new
                - ADD: only /etc/only of
                - ADD: /not/there/yet there
                - GET: /etc/secret /tmp/secret
                - ADD: none there
                """));
    assertEquals(
        List.of(
            directory.resolve("1.yaml")
                + ":7:10: ADD: there is no file "
                + directory.resolve("none")
                + ", and no "
                + tools.resolve("none")),
        texts(plan));
    assertEquals(
        List.of(
            new CatalogSteps.Add(directory.resolve("both"), "both.new"),
            new CatalogSteps.Add(tools.resolve("only"), "/etc/only of"),
            new CatalogSteps.Add(Path.of("/not/there/yet"), "there"),
            new CatalogSteps.Get("/etc/secret", Path.of("/tmp/secret"))),
        plan.clients().get(0).steps());
  }

  @Test
  void aLimitNamesTargetsByNameOrHost() throws Exception {
    String jobs = jobs("- RUN: 'true'\n");
    assertEquals(List.of("first"), clients(plan(Set.of("first"), INVENTORY, jobs)));
    assertEquals(List.of("first"), clients(plan(Set.of("web-1"), INVENTORY, jobs)));
    assertEquals(
        List.of("--limit: no target with jobs is called web-3"),
        texts(plan(Set.of("web-1", "web-3"), INVENTORY, jobs)));
  }

  @Test
  void pathsWithSpacesStandInQuotes() throws Exception {
    Files.writeString(directory.resolve("a file.sh"), "");
    CatalogPlanner.Plan plan =
        plan(
            Set.of(),
            """
            directord_clients:
              targets:
              - host: web-1
              jobs:
              - ADD: "'a file.sh' /tmp/b c.sh"
              - GET: '"/tmp/b c.sh" "d e.sh"'
            """);
    assertEquals(List.of(), texts(plan));
    assertEquals(
        List.of(
            new CatalogSteps.Add(directory.resolve("a file.sh"), "/tmp/b c.sh"),
            new CatalogSteps.Get("/tmp/b c.sh", Path.of("d e.sh").toAbsolutePath())),
        plan.clients().get(0).steps());
  }

  @Test
  void allErrorsAreFoundTogetherWithTheirPlaces() throws Exception {
    CatalogPlanner.Plan plan =
        plan(
            Set.of(),
            """
            directord_server:
              targets:
              - port: 22
              - host: boss
                port: many
            directord_clients:
              targets:
              - host: web-1
              - host: web-2
                name: second
              jobs:
              - RNU: x
              - RUN: "{{ nobody }}"
              - RUN: |-
                  echo
                  {{ directord_bootstrap.name }}
              - RUN: |-
                  echo
                  {{ 1 +
              - RUN: ""
              - RUN: a
                ADD: b c
              - ADD: onlyone
              - just words
              - RUN: [a]
            directord_cleints:
              jobs: []
            """);
    assertEquals(
        List.of(
            "3:5: host is missing: the name or address of this target",
            "4:5: port: a number from 1 to 65535 is expected",
            "12:5: unknown job RNU (did you mean RUN?); there are RUN, ADD, GET",
            "13:11: 'nobody' is undefined",
            "16:1: 'dict object' has no attribute 'name' (for web-1)",
            "19:1: the template cannot be read: unexpected end of template, expected '}}'",
            "20:10: RUN is empty",
            "21:5: a job is a mapping of one key, RUN, ADD, GET, or a list of jobs",
            "23:10: ADD: LOCAL and REMOTE are expected, not 'onlyone'",
            "24:5: a job is a mapping of one key, RUN, ADD, GET, or a list of jobs",
            "25:10: RUN: a text is expected, not a list; quote one that begins with { or [",
            "26:1: unknown part directord_cleints (did you mean directord_clients?)"),
        texts(plan).stream()
            .map(text -> text.replace(directory.resolve("0.yaml") + ":", ""))
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x: 1 | the catalogs have no jobs: directord_server or directord_clients with targets and"
            + " jobs is expected",
        "directord_clients: {jobs: [{RUN: x}]} | 0.yaml:1:1: directord_clients has jobs, and no"
            + " catalog has targets for them",
        "directord_clients: {targets: [{host: x}]} | 0.yaml:1:1: directord_clients has targets, and"
            + " no catalog has jobs for them",
        "directord_clients: {targets: {host: x}, jobs: [{RUN: x}]} | 0.yaml:1:30: targets: a list is"
            + " expected here",
        "[] | 0.yaml:1:1: a mapping is expected here, with directord_server and so on",
        "{ | 0.yaml:1:2: not valid YAML: expected the node content, but found '<stream end>' while"
            + " parsing a flow node",
      })
  void whatIsNoCatalogIsSaidSo(String text, String message) throws Exception {
    assertEquals(message, texts(plan(Set.of(), text)).get(0).replace(directory + "/", ""));
  }

  /** What it should have had may be what another one seems to lack. */
  @Test
  void ofACatalogThatCannotBeReadOnlyThatIsSaid() throws Exception {
    String hosts = "directord_clients: {targets: [{host: x}]}";
    for (String broken : List.of("[]", "{")) {
      List<String> texts = texts(plan(Set.of(), hosts, broken));
      assertEquals(1, texts.size(), texts::toString);
      assertTrue(texts.get(0).contains("1.yaml:1:"), texts::toString);
    }
  }

  @Test
  void whatIsAListInOneCatalogIsNoMappingInAnother() throws Exception {
    assertEquals(
        List.of(
            directory.resolve("2.yaml")
                + ": a.b is a mapping here, and something else in a catalog before"),
        texts(plan(Set.of(), INVENTORY, "a: {b: [1]}\n" + jobs("- RUN: x\n"), "a: {b: {c: 1}}\n")));
  }

  private static String jobs(String list) {
    return "directord_clients:\n  jobs:\n" + list.indent(2);
  }

  private List<String> commands(String jobs) throws IOException {
    CatalogPlanner.Plan plan = plan(Set.of("first"), INVENTORY, jobs(jobs));
    assertEquals(List.of(), texts(plan));
    return plan.clients().get(0).steps().stream()
        .map(step -> ((CatalogSteps.Run) step).command())
        .toList();
  }

  private static List<String> clients(CatalogPlanner.Plan plan) {
    assertEquals(List.of(), texts(plan));
    return plan.clients().stream().map(host -> host.address().name()).toList();
  }

  private static List<String> texts(CatalogPlanner.Plan plan) {
    return plan.errors().stream().map(Object::toString).toList();
  }

  /** Of these catalogs, as files of their numbers. */
  private CatalogPlanner.Plan plan(Set<String> limit, String... catalogs) throws IOException {
    List<Path> files = new ArrayList<>();
    for (String catalog : catalogs) {
      Path file = directory.resolve(files.size() + ".yaml");
      files.add(Files.writeString(file, catalog));
    }
    Catalog catalog = new CatalogReader(new Environment(TemplateLimits.DEFAULT)).read(files);
    return new CatalogPlanner(
            catalog,
            address ->
                new Address(
                    address.name(),
                    address.host(),
                    address.port() == 0 ? 22 : address.port(),
                    address.user() == null ? "me" : address.user()),
            null,
            directory.resolve("share"))
        .plan(limit);
  }
}
