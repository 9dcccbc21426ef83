package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.Component;
import io.directord.common.component.NodeContext;
import io.directord.common.component.Syntax;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A verb from a jar that only the operator has: its jobs make sense until the server sees them. */
class RefusedVerbIT {
  private static final String VERB = "ONLY_HERE";

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  /** Does nothing. */
  public static final class OnlyHere implements Component<OnlyHere.Arguments> {

    /** None. */
    public static final class Arguments {}

    @Override
    public String verb() {
      return VERB;
    }

    @Override
    public Arguments newArguments() {
      return new Arguments();
    }

    @Override
    public Syntax<Arguments> syntax() {
      return new Syntax<>("Does nothing.", VERB + ":");
    }

    @Override
    public Outcome run(Arguments arguments, NodeContext node) {
      return Outcome.Succeeded.FINISHED;
    }
  }

  @BeforeAll
  static void start() throws IOException {
    cluster = TestCluster.start(directory, 1);
    Path mine = cluster.write("mine/config.yaml", "");
    Path jar = Files.createDirectory(mine.resolveSibling("components")).resolve("only.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      add(OnlyHere.class, out);
      add(OnlyHere.Arguments.class, out);
      out.putNextEntry(new JarEntry("META-INF/services/" + Component.class.getName()));
      out.write(OnlyHere.class.getName().getBytes(StandardCharsets.UTF_8));
    }
    cluster.set("DIRECTORD_CONFIG_FILE", mine.toString());
  }

  private static void add(Class<?> type, JarOutputStream jar) throws IOException {
    String name = type.getName().replace('.', '/') + ".class";
    jar.putNextEntry(new JarEntry(name));
    try (InputStream in = type.getClassLoader().getResourceAsStream(name)) {
      in.transferTo(jar);
    }
  }

  @Test
  void isAnErrorOfTheCommandLine() {
    for (String how : new String[] {"--wait", "--poll", "--output=json"}) {
      Ran ran = cluster.run("exec", how, "--verb", VERB).expect(2);
      assertEquals("", ran.out());
      assertTrue(
          ran.err().startsWith("directord: unknown verb ONLY_HERE; the verbs are "), ran::toString);
    }
  }

  @Test
  void isAnErrorOfTheFileWithItsPlace() {
    Path file = cluster.write("a.yaml", "- jobs:\n  - RUN: x\n  - ONLY_HERE:\n");
    String place = file + ":3:5: unknown verb ONLY_HERE; ";
    Ran handed = cluster.run("orchestrate", file.toString()).expect(2);
    assertTrue(handed.err().startsWith(place), handed::toString);
    Ran followed = cluster.run("orchestrate", file.toString(), "--stream").expect(2);
    assertEquals(handed.err(), followed.err());
    cluster.run("manage", "--list-jobs").expect(1);
  }

  @Test
  void isToldByACheckWithEverythingElse() {
    Path file =
        cluster.write(
            "b.yaml", "- jobs:\n  - RUNN: x\n  - ONLY_HERE:\n  - RUN: x\n    assign: [nope]\n");
    Ran ran = cluster.run("orchestrate", "--check-only", file.toString()).expect(2);
    assertTrue(ran.err().startsWith(file + ":2:5: unknown verb RUNN "), ran::toString);
    assertTrue(ran.err().contains(file + ":3:5: unknown verb ONLY_HERE; "), ran::toString);
    assertTrue(ran.err().contains(file + ":5:14: unknown node nope; "), ran::toString);

    Path alone = cluster.write("c.yaml", "- jobs:\n  - ONLY_HERE:\n");
    Ran json =
        cluster.run("orchestrate", "--check-only", "--output", "json", alone.toString()).expect(2);
    JsonNode errors = Json.mapper().readTree(json.out()).get("errors");
    assertEquals(1, errors.size(), json::toString);
    assertEquals(2, errors.get(0).get("line").intValue());
    assertFalse(json.out().contains("jobs["), json::toString);
  }
}
