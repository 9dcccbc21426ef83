package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.json.JsonTree;
import io.directord.common.tree.SourceTree;
import io.directord.common.validation.InvalidException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class CopyComponentTest {
  private static final String SHA = "ab".repeat(32);
  private final CopyComponent copy = new CopyComponent("COPY");
  private final FakeNode node = new FakeNode();

  @Test
  void theJobNamesWhatIsDeliveredWhere() throws Exception {
    ObjectNode arguments =
        FakeNode.plan(
            copy, "--chown=app:www --chmod=0640 --blueprint f /etc/f.conf", found("/src/f"));
    assertEquals(
        "{'user':'app','group':'www','mode':416,'blueprint':true,'files':[{'path':'/src/f',"
                .replace('\'', '"')
            + "'sha256':'%s','size':1,'to':'/etc/f.conf'}]}".replace('\'', '"').formatted(SHA),
        arguments.toString());
  }

  @Test
  void theJobIsWrittenAsTheMapperWritesTheArguments() throws Exception {
    CopyComponent.Arguments arguments = new CopyComponent.Arguments();
    assertEquals(Json.text(arguments), CopyComponent.planned(arguments).toString());
    arguments.user = "app";
    arguments.group = "www";
    arguments.mode = 0640;
    arguments.blueprint = true;
    arguments.recursive = true;
    arguments.delete = true;
    arguments.matched = true;
    arguments.exclude = List.of("*.tmp", "cache/");
    arguments.undelivered = List.of("/src/fifo");
    arguments.files =
        List.of(new SourceFile("/a", SHA, 5L << 32, null), new SourceFile("/b", SHA, 1, "/c"));
    arguments.tree = new SourceTree("/src", SHA, 9, 2, 5L << 32, "/srv");
    ObjectNode job = CopyComponent.planned(arguments);
    assertEquals(Json.text(arguments), job.toString());
    assertEquals(arguments.files, SourceFile.in(job(job)));
    assertEquals(arguments.tree, SourceTree.in(job(job)));
  }

  @Test
  void filesAndTreesOfAnotherFormAreRefused() throws Exception {
    ObjectNode job = FakeNode.plan(copy, "f /etc/f.conf", found("/src/f"));
    ObjectNode file = (ObjectNode) job.get("files").get(0);
    for (String wrong :
        List.of(
            "{'path':5}",
            "{'sha256':'ab'}",
            "{'size':-1}",
            "{'size':'1'}",
            "{'size':1.5}",
            "{'to':7}")) {
      ObjectNode other = job.deepCopy();
      ((ObjectNode) other.get("files").get(0)).setAll(read(wrong));
      InvalidException e = assertThrows(InvalidException.class, () -> SourceFile.in(job(other)));
      assertTrue(e.getMessage().startsWith("files: each needs a text as path"), e.getMessage());
      ObjectNode tree = file.deepCopy().put("files", 1).put("bytes", 1).put("to", "/srv");
      tree.setAll(read(wrong));
      ObjectNode recursive = JsonTree.object();
      recursive.set("tree", tree);
      e = assertThrows(InvalidException.class, () -> SourceTree.in(job(recursive)));
      assertTrue(e.getMessage().startsWith("tree: it needs texts as path and to"), e.getMessage());
    }
  }

  private static ObjectNode read(String json) {
    return (ObjectNode) JsonTree.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static Job job(ObjectNode arguments) {
    ObjectNode flat = JsonTree.object().put("verb", "COPY");
    flat.setAll(arguments);
    return JobJson.read(flat);
  }

  @Test
  void aDestinationWithASlashBehindItIsADirectory() throws Exception {
    assertEquals(List.of("/etc/f"), destinations("f /etc/", "/src/f"));
  }

  @Test
  void manyFilesGoIntoADirectory() throws Exception {
    assertEquals(List.of("/etc/a", "/etc/b"), destinations("* /etc", "/src/a", "/src/b"));
  }

  @Test
  void theOneMatchOfAPatternIsPlacedAsByCp() throws Exception {
    for (String source : List.of("app-*.jar", "/src/app-?.jar", "b*/app-1.jar")) {
      ObjectNode job = FakeNode.plan(copy, source + " /opt/app.jar", found("/src/app-1.jar"));
      assertEquals("/opt/app.jar", job.get("files").get(0).get("to").stringValue());
      assertTrue(job.get("matched").booleanValue());
    }
    node.run(copy, "app-*.jar /no/such/app.jar", found("/src/app-1.jar"));
    node.run(copy, "app-*.jar /usr", found("/src/app-1.jar"));
    assertEquals(
        List.of("deliver /no/such/app.jar", "deliver /usr/app-1.jar"),
        node.done.stream().map(done -> done.replaceFirst(" Ownership.*", "")).toList());
    assertEquals(List.of("/opt/app-1.jar"), destinations("app-*.jar /opt/", "/src/app-1.jar"));
  }

  @Test
  void aNameWithASpecialCharacterIsOneFile() throws Exception {
    assertEquals(List.of("/etc"), destinations("'/src/a[1]' /etc", "/src/a[1]"));
  }

  @Test
  void aDestinationMayHoldATemplateQuotedOrNot() throws Exception {
    assertEquals(List.of("{{ base }}/f"), destinations("f '{{ base }}/'", "/src/f"));
    assertEquals(List.of("/srv/{{ base }}/f"), destinations("f /srv/{{ base }}/f", "/src/f"));
  }

  @Test
  void twoFilesOfOneNameAreRefused() {
    PlanException e =
        assertThrows(PlanException.class, () -> destinations("*/f /etc", "/a/f", "/b/f"));
    assertEquals("COPY: /a/f and /b/f would both become /etc/f", e.getMessage());
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    for (String text : List.of("f", "f relative", "f /a b", "--chmod 9 f /a")) {
      assertThrows(PlanException.class, () -> destinations(text, "/src/f"), text);
    }
    assertThrows(PlanException.class, () -> destinations("* /etc", "/src/{{a}}", "/src/b"));
  }

  @Test
  void aSourceThatIsNotThereNamesTheVerb() {
    PlanContext nothing =
        new FoundFiles() {
          @Override
          public Matches files(String source) throws PlanException {
            throw new PlanException("there is no file " + source);
          }
        };
    PlanException e =
        assertThrows(PlanException.class, () -> FakeNode.plan(copy, "none /a", nothing));
    assertEquals("COPY: SOURCE: there is no file none", e.getMessage());
  }

  @Test
  void everyFileIsDeliveredToItsRenderedDestination() throws Exception {
    node.args.put("base", JsonNodeFactory.instance.stringNode("/opt"));
    node.args.put("who", JsonNodeFactory.instance.stringNode("app"));
    Outcome outcome =
        node.run(copy, "--chown {{ who }} --chmod 600 * {{ base }}", found("/src/a", "/src/b"));
    assertEquals(Outcome.Succeeded.FINISHED, outcome);
    assertEquals(
        List.of(
            "deliver /opt/a Ownership[user=app, group=null, mode=384] false",
            "deliver /opt/b Ownership[user=app, group=null, mode=384] false"),
        node.done);
    assertEquals(SHA + "  /opt/a\n" + SHA + "  /opt/b\n", node.stdout.toString());
  }

  @Test
  void oneFileIsAnsweredWithItsFingerprint() throws Exception {
    node.run(copy, "f /f", found("/src/f"));
    assertEquals(SHA, node.stdout.toString());
  }

  @Test
  void aRelativeRenderedDestinationFails() {
    node.args.put("base", JsonNodeFactory.instance.stringNode("opt"));
    JobException e =
        assertThrows(JobException.class, () -> node.run(copy, "f {{ base }}/f", found("/src/f")));
    assertTrue(e.getMessage().contains("'opt/f'"), e.getMessage());
  }

  private List<String> destinations(String text, String... paths) throws Exception {
    ObjectNode arguments = FakeNode.plan(copy, text, found(paths));
    return copy.read(arguments).files.stream().map(SourceFile::to).toList();
  }

  private static PlanContext found(String... paths) {
    return new FoundFiles(paths);
  }

  private static class FoundFiles implements PlanContext {
    private final List<String> paths;

    FoundFiles(String... paths) {
      this.paths = List.of(paths);
    }

    @Override
    public Matches files(String source) throws PlanException {
      return new Matches(
          paths.stream().map(path -> new SourceFile(path, SHA, 1, null)).toList(), List.of());
    }

    @Override
    public Directory directory(String source, List<String> exclude) {
      return new Directory(
          new SourceTree(source, SHA, 10, paths.size(), 5, null), paths.isEmpty(), List.of());
    }
  }

  @Test
  void aDirectoryIsDeliveredAndItsChangesAreTold() throws Exception {
    Outcome outcome =
        node.run(copy, "--recursive --delete --exclude *.tmp site/ /srv/", found("a", "b"));
    assertEquals("1 file changed, 2 deleted, 3 unchanged", outcome.info());
    assertEquals(
        List.of(
            "tree "
                + SHA
                + " to /srv Ownership[user=null, group=null, mode=null]"
                + " TreeOptions[delete=true, exclude=[*.tmp]]"),
        node.done);
    assertTrue(node.stdout.toString().contains("deleted old\n"), node.stdout.toString());
  }

  @Test
  void whatWouldDeleteTooMuchIsRefused() {
    for (String text :
        List.of("--recursive --delete src /", "--recursive --delete src //./", "--delete f /a")) {
      assertThrows(PlanException.class, () -> destinations(text, "/src/f"), text);
    }
    PlanException e =
        assertThrows(PlanException.class, () -> destinations("--recursive --delete src /srv"));
    assertTrue(e.getMessage().contains("would delete all of /srv"), e.getMessage());
  }

  @Test
  void optionsOfDirectoriesAndOfFilesAreNotMixed() {
    for (String text :
        List.of(
            "--exclude *.o f /a",
            "--recursive --blueprint d /a",
            "--recursive --exclude !x d /a",
            "--recursive --exclude / d /a")) {
      assertThrows(PlanException.class, () -> destinations(text, "/src/f"), text);
    }
  }
}
