package io.directord.cli.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.command.Directord;
import io.directord.cli.console.Console;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.orchestration.OrchestrationFile;
import io.directord.common.orchestration.PlanOptions;
import io.directord.common.orchestration.Planner;
import io.directord.common.target.Target;
import io.directord.common.target.TargetGroups;
import io.directord.common.validation.InvalidException;
import io.directord.verbs.Components;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnsibleImportTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");

  @TempDir Path directory;

  @Test
  void whatThePageShowsIsWhatHappens() throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(Path.of("../docs/from-ansible.md")));
    assertTrue(block.find());
    Files.writeString(directory.resolve("hosts.ini"), block.group(2));
    assertTrue(block.find());
    StringBuilder seen = new StringBuilder();
    for (String line : block.group(2).lines().filter(l -> l.startsWith("$ ")).toList()) {
      String[] words = line.substring(2).split(" ");
      String last = directory.resolve(words[words.length - 1]).toString();
      seen.append(line).append('\n');
      if (words[0].equals("cat")) {
        seen.append(Files.readString(Path.of(last)));
      } else {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        String file = directory.resolve(words[3]).toString();
        int status =
            new Directord(Map.of(), new Console(out, out, null))
                .run(words[1], words[2], file, last);
        assertEquals(0, status, said::toString);
        seen.append(said.toString(StandardCharsets.UTF_8));
      }
    }
    assertEquals(block.group(2), seen.toString().replace(directory + "/", ""));
  }

  @Test
  void readsYamlWithWhatLiesBesideIt() throws Exception {
    write("group_vars/all.yml", "domain: example.com\ntoken_life: 5\n");
    write("group_vars/web/a.yaml", "packages: [nginx, curl]\nport: 81\n");
    write("group_vars/gone.yml", "a: 1\n");
    write("group_vars/db.yml", "$ANSIBLE_VAULT;1.1;AES256\n6161\n");
    write("host_vars/web-2.yml", "port: 82\nflags: {a: true, b: null}\n");
    AnsibleImport done =
        imported(
            "all.yaml",
            """
            all:
              vars: {domain: example.org}
              children:
                web:
                  hosts:
                    web-[1:3]: {port: 80}
                    web-2: {weight: 2.50, version: "1.10", text: "it's  odd"}
                  vars:
                    key_file: !vault |
                      $ANSIBLE_VAULT;1.1;AES256
                    url: "http://{{ inventory_hostname }}/"
                db:
                  hosts: {db-1: }
                empty:
              hosts:
                lonely:
            """);
    assertEquals("5 hosts, 3 groups, 10 variables, 5 labels in " + to(), done.summary());
    assertEquals(
        List.of("db-1", "lonely", "web-[1:3]"),
        List.of(groups().get("db"), groups().get("ungrouped"), groups().get("web")));
    assertEquals(
        """
        - name: "all"
          jobs:
          - ARG: "domain example.org"
        - name: "all"
          jobs:
          - ARG: "domain example.com"
        - name: "web"
          targets: ["%web"]
          jobs:
          - ARG: "packages ['nginx', 'curl']"
          - ARG: "port 81"
        - name: "hosts"
          targets: ["web-1", "web-3"]
          jobs:
          - ARG: "port 80"
        - name: "web-2"
          targets: ["web-2"]
          jobs:
          - ARG: "port 82"
          - ARG: "weight 2.5"
          - ARG: "version 1.10"
          - ARG: "text it's  odd"
          - ARG: "flags {'a': True, 'b': None}"
        """,
        read("variables.yaml").replaceFirst("#.*\n", ""));
    String left = read("left-out.txt");
    assertTrue(left.contains("all.yml:2:1: group all: token_life looks like a secret"), left);
    assertTrue(left.contains("gone.yml: the inventory has no group gone"), left);
    assertTrue(left.contains("db.yml: group db: all of the file is encrypted"), left);
    assertTrue(left.contains("all.yaml:9:9: group web: key_file is encrypted"), left);
    assertTrue(left.contains("all.yaml:11:9: group web: url is a template"), left);
    assertTrue(left.contains("all.yaml:14:5: group empty: has no hosts"), left);
    assertTrue(left.contains("version is not made a label: version is known of"), left);
    assertTrue(
        left.contains("a.yaml:1:1: packages is not made a label: a label is a text or"), left);
    assertEquals(left.lines().toList(), done.leftOut().stream().map(Object::toString).toList());
    assertPlannable();
  }

  @Test
  void namesThatNodesCannotHaveAndPortsAreLeftOutOneByOne() throws Exception {
    imported(
        "hosts.ini", "[web]\n[2001:db8::1]:22\n[::1] a=1\ndb-1:2222\nweb-[1:2]:80\n[g%x]\nc\n");
    String left = read("left-out.txt").replace(directory + "/", "");
    assertTrue(left.contains("hosts.ini:2:1: host [2001:db8::1]"), left);
    assertTrue(left.contains("hosts.ini:3:1: host [::1]"), left);
    assertTrue(
        left.contains("hosts.ini:4:1: host db-1: the port 2222 is for Ansible itself"), left);
    assertTrue(left.contains("hosts.ini:6:1: group g%x: "), left);
    assertEquals("db-1,web-[1:2]", groups().get("web"));
  }

  @Test
  void aTextInYamlIsTheOneHostOrGroup() throws Exception {
    AnsibleImport done =
        imported("hosts.yaml", "a: {hosts: db-1, children: b}\nb: {hosts: 'web-[1:2]'}\n");
    assertEquals("3 hosts, 2 groups, 0 variables, 0 labels in " + to(), done.summary());
    assertEquals("db-1,%b", groups().get("a"));
  }

  @Test
  void allGroupsThatContainThemselvesAreNamedWithTheirPlaces() throws Exception {
    write("hosts.ini", "[a:children]\na\n[b:children]\nc\n[c:children]\nb\n");
    InvalidException e =
        assertThrows(
            InvalidException.class, () -> AnsibleInventory.read(directory.resolve("hosts.ini")));
    assertEquals(
        List.of("hosts.ini:1:1: group a", "hosts.ini:3:1: group b", "hosts.ini:4:1: group c"),
        e.errors().stream()
            .map(one -> one.toString().replace(directory + "/", "").split(" contains")[0])
            .toList());
  }

  @Test
  void theValueThatWinsForAnsibleIsTheLastOne() throws Exception {
    imported(
        "hosts",
        """
        lone x=9
        [inner]
        a-1
        a-2 x=4
        [outer:children]
        inner
        [outer:vars]
        x=2
        [inner:vars]
        x = 3
        [all:vars]
        x=1
        """);
    List<String> values =
        read("variables.yaml").lines().filter(line -> line.contains("ARG")).toList();
    assertEquals(
        List.of("x 1", "x 2", "x 3", "x 9", "x 4"),
        values.stream().map(line -> line.replaceAll(".*\"(.*)\"", "$1")).toList());
    String labels = read("labels.sh");
    assertTrue(labels.contains("--label 'a-1' 'x=3'\n"), labels);
    assertTrue(labels.contains("--label 'a-2' 'x=4'\n"), labels);
    assertTrue(labels.contains("--label 'lone' 'x=9'\n"), labels);
  }

  @ParameterizedTest
  @CsvSource({
    "web[01:03], web01 web02 web03",
    "web[1:9:4].example.com:2222, web1.example.com web5.example.com web9.example.com",
    "db-[a:c], db-a db-b db-c",
    "r[1:2]n[1:2], r1n1 r1n2 r2n1 r2n2",
    "web[08:11], web08 web09 web10 web11"
  })
  void rangesAreThoseOfAnsible(String pattern, String names) throws Exception {
    AnsibleImport done = imported("hosts.ini", "[g]\n" + pattern + " v=1\n");
    assertEquals(
        List.of(names.split(" ")),
        List.copyOf(AnsibleInventory.read(inventory("hosts.ini")).hosts().keySet()));
    assertEquals(pattern.contains(":2222") ? 1 : 0, done.leftOut().size());
  }

  @Test
  void hostileTextStaysText() throws Exception {
    imported(
        "hosts.ini",
        """
        [g]
        a-1 x="'; touch pwned; '" y='$(touch pwned)' z="a\\"b"
        -rf x=1
        a;b x=1
        $(touch x=1
        [bad name!]
        a-2
        [g:vars]
        w=`touch pwned`
        node=1
        multi='a\\nb: [c'
        """);
    String left = read("left-out.txt");
    assertEquals(6, left.lines().count(), left);
    assertTrue(left.contains("host -rf: "), left);
    assertTrue(left.contains("group bad name!: a group's name"), left);
    assertTrue(left.contains("group g: node cannot be the name of an argument"), left);
    Path script = to().resolve("labels.sh");
    Process shell =
        new ProcessBuilder("sh", "-c", "directord() { printf '<%s>' \"$@\"; }; . " + script)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(said.contains("<x=; touch pwned; >"), said);
    assertTrue(said.contains("<y=$(touch pwned)>"), said);
    assertTrue(said.contains("<w=`touch pwned`>"), said);
    assertFalse(Files.exists(directory.resolve("pwned")));
    assertPlannable();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web[1:999999999]",
        "web[1:300]x[1:300]",
        "web[5:1]",
        "web[1:5:0]",
        "a x",
        "a x=\"1",
        "[a\nb",
        "[a:vars]\nnothing",
        "[a:children]\nb\n[b:children]\na",
        "[a:children]\na",
        "#!/usr/bin/python3\nprint()",
        "web[1:50000] v1=1 v2=1 v3=1 v4=1 v5=1 v6=1 v7=1 v8=1 v9=1 w1=1 w2=1 w3=1 w4=1 w5=1"
            + " w6=1 w7=1 w8=1 w9=1 x1=1 x2=1 x3=1"
      })
  void whatIsWrongAsAWholeWritesNothing(String text) throws IOException {
    assertWrong("hosts.ini", text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "- a",
        "plugin: aws_ec2",
        "a: {hostz: {b: }}",
        "a: {hosts: [b]}",
        "a: {children: {b: {children: {a: }}}}",
        "a: {children: {c: &c {children: {d: *c}}}}",
        "a: [",
        "a: {vars: {x: &x [1,1], y: &y [*x,*x,*x,*x,*x,*x,*x,*x,*x], z: &z [*y,*y,*y,*y,*y,*y,*y,*y,*y],"
            + " p: &p [*z,*z,*z,*z,*z,*z,*z,*z,*z], q: &q [*p,*p,*p,*p,*p,*p,*p,*p,*p],"
            + " r: &r [*q,*q,*q,*q,*q,*q,*q,*q,*q], s: [*r,*r,*r,*r,*r,*r,*r,*r,*r]}}"
      })
  void wrongYamlWritesNothing(String text) throws IOException {
    assertWrong("hosts.yaml", text);
  }

  @Test
  void bytesThatAreNoTextAndDirectoriesAreRefused() throws IOException {
    Files.write(directory.resolve("bytes"), new byte[] {'a', (byte) 0xff, 'b'});
    assertThrows(InvalidException.class, () -> AnsibleImport.of(directory.resolve("bytes"), to()));
    assertThrows(InvalidException.class, () -> AnsibleImport.of(directory, to()));
    assertThrows(InvalidException.class, () -> AnsibleImport.of(directory.resolve("no"), to()));
    assertFalse(Files.exists(to()));
  }

  @Test
  void nothingThatIsThereIsReplaced() throws IOException {
    write("imported/mine", "mine");
    write("hosts.ini", "a\n");
    assertThrows(IOException.class, () -> AnsibleImport.of(inventory("hosts.ini"), to()));
    assertFalse(Files.exists(to().resolve("groups.yaml")));
  }

  private void assertWrong(String name, String text) throws IOException {
    write(name, text);
    InvalidException wrong =
        assertThrows(InvalidException.class, () -> AnsibleImport.of(inventory(name), to()));
    assertTrue(wrong.getMessage().contains(name), wrong::getMessage);
    assertFalse(Files.exists(to()));
  }

  private void assertPlannable() throws Exception {
    var orchestration = OrchestrationFile.read(List.of(to().resolve("variables.yaml")));
    new Planner(Components.builtin(), to()).plan(orchestration, PlanOptions.DEFAULT);
    groups();
  }

  /** The written groups as the server reads them, each with its parts in one text. */
  private Map<String, String> groups() throws Exception {
    String file = to().resolve("groups.yaml").toString();
    TargetGroups groups =
        SettingsLoader.load(Map.of(Settings.CONFIG_FILE, file), Map.of()).get(Settings.GROUPS);
    Map<String, String> shown = new TreeMap<>();
    groups
        .byName()
        .forEach(
            (name, targets) ->
                shown.put(
                    name,
                    String.join(",", targets.stream().map(AnsibleImportTest::written).toList())));
    return shown;
  }

  private static String written(Target target) {
    return target instanceof Target.OneNode node
        ? node.identity()
        : ((Target.Matching) target).written();
  }

  private AnsibleImport imported(String name, String text) throws IOException {
    write(name, text);
    return AnsibleImport.of(inventory(name), to());
  }

  private Path inventory(String name) {
    return directory.resolve(name);
  }

  private Path to() {
    return directory.resolve("imported");
  }

  private String read(String name) throws IOException {
    return Files.readString(to().resolve(name));
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
