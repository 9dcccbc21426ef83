package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that docs/library.md shows, compiled against the distribution, and run. */
class LibraryIT {
  private static final Path DOCUMENT = Path.of("../docs/library.md");

  @TempDir Path directory;

  @Test
  void theProgramShownDoesWhatItSays() throws Exception {
    Matcher program =
        Pattern.compile("(?ms)^```java\\n(.*?)^```$").matcher(Files.readString(DOCUMENT));
    assertTrue(program.find(), "there is a program");
    Path source = Files.writeString(directory.resolve("Library.java"), program.group(1));
    String jar = TestCluster.distribution().resolve("lib/directord.jar").toString();
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-Xlint:-path", "-cp", jar, source.toString());
    assertEquals(0, compiled);
    try (TestCluster cluster = TestCluster.start(directory.resolve("c"), 2)) {
      cluster.write(
          "site.yaml", "- jobs:\n  - ARG: who world\n  - RUN: echo {{ who }}\n  - RUN: exit 1\n");
      List<String> lines = run(jar, cluster);
      assertEquals(
          List.of("node-1 is ACTIVE", "node-2 is ACTIVE", "node-1: hello", "node-2: hello"),
          lines.subList(0, 4));
      assertEquals(4, lines.stream().filter(line -> line.endsWith(" SUCCEEDED")).count());
      assertEquals(2, lines.stream().filter(line -> line.endsWith(" FAILED")).count());
      assertEquals("0 of 2", lines.get(lines.size() - 1));
      assertEquals(4, cluster.api().jobs(null).size(), "the jobs are left where they were");
    }
  }

  @Test
  void theProgramInPythonDoesWhatItSays() throws Exception {
    Path python = Path.of("/usr/bin/python3");
    assumeTrue(Files.isExecutable(python), "needs " + python);
    Matcher program =
        Pattern.compile("(?ms)^```python\\n(.*?)^```$").matcher(Files.readString(DOCUMENT));
    assertTrue(program.find(), "there is a program");
    String text = program.group(1).replace("/opt/directord", TestCluster.distribution().toString());
    Path source = Files.writeString(directory.resolve("library.py"), text);
    try (TestCluster cluster = new TestCluster(directory.resolve("c"))) {
      cluster.startServer();
      cluster.startClient("web-1");
      cluster.startClient("web-2");
      cluster.awaitActive(2);
      String socket = cluster.socket().toString();
      List<String> lines = run(List.of(python.toString(), source.toString(), socket));
      assertEquals(
          List.of("['web-1', 'web-2']", "True echo hello", "False exit 1"), lines.subList(0, 3));
      assertTrue(lines.get(3).startsWith("unknown-verb "), lines::toString);
      assertTrue(lines.get(3).contains("unknown verb RUNN (did you mean RUN?)"), lines::toString);
    }
  }

  @Test
  void pythonRefusesATextInPlaceOfAList() throws Exception {
    Path python = Path.of("/usr/bin/python3");
    assumeTrue(Files.isExecutable(python), "needs " + python);
    String program =
        """
        import sys
        sys.path.insert(0, sys.argv[1])
        from directord import DirectordConnect, DirectordError
        d = DirectordConnect("/nowhere")
        for call in (lambda: d.orchestrate([], defined_targets="ab"), lambda: d.bootstrap("ab")):
            try:
                call()
            except DirectordError as e:
                print(e.code, e)
        """;
    String library = TestCluster.distribution().resolve("share/python").toString();
    assertEquals(
        List.of(
            "wrong-usage defined_targets is a text, and a list is expected, such as ['ab']",
            "wrong-usage catalogs is a text, and a list is expected, such as ['ab']"),
        run(List.of(python.toString(), "-B", "-c", program, library)));
  }

  private List<String> run(String jar, TestCluster cluster) throws Exception {
    return run(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            jar + ":" + directory,
            "Library",
            cluster.socket().toString(),
            cluster.directory().resolve("site.yaml").toString()));
  }

  private List<String> run(List<String> command) throws Exception {
    Path out = directory.resolve("out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    if (!process.waitFor(240, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it did not end; it wrote:\n" + Files.readString(out));
    }
    assertEquals(0, process.exitValue(), Files.readString(out));
    return Files.readAllLines(out);
  }
}
