package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does all that docs/components.md shows, and sees what it shows. */
class ComponentsDocIT {
  private static final Path DOCUMENT = Path.of("../docs/components.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
  private static final Pattern FILE = Pattern.compile("(?m)^# /etc/directord/(\\S+)$");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern TIME = Pattern.compile("(?m) in [0-9.]+ s$");
  private static final Path PROVIDERS =
      Path.of("META-INF", "services", "io.directord.common.component.Component");

  @TempDir Path directory;

  @Test
  void whatTheDocumentShowsIsWhatHappens() throws IOException {
    try (TestCluster cluster = new TestCluster(directory)) {
      cluster.set("DIRECTORD_CONFIG_FILE", cluster.write("config.yaml", "").toString());
      cluster.write("srv/empty", "");
      List<String> consoles = new ArrayList<>();
      List<String> orchestrations = new ArrayList<>();
      Matcher block = BLOCK.matcher(Files.readString(DOCUMENT));
      while (block.find()) {
        String text = block.group(2);
        Matcher file = FILE.matcher(text);
        if (block.group(1).equals("console")) {
          consoles.add(text);
        } else if (block.group(1).equals("java")) {
          addJar(text);
        } else if (file.find()) {
          cluster.write(file.group(1), text);
        } else if (block.group(1).equals("yaml")) {
          orchestrations.add(text);
        }
      }
      cluster.startServer();
      cluster.startClient("web-1");
      cluster.awaitActive(1);
      for (String console : consoles) {
        assertEquals(unvaried(console), unvaried(replayed(cluster, console)));
      }
      assertEquals(2, orchestrations.size());
      for (String text : orchestrations) {
        Path site = cluster.write("site.yaml", text);
        cluster.run("orchestrate", site.toString(), "--poll").expect(0);
      }
      Ran last = cluster.run("manage", "--job-info", "last").expect(0);
      assertTrue(last.out().contains("Linux runs here"), last::toString);
    }
  }

  /** The commands of a block, each with what it really says. */
  private String replayed(TestCluster cluster, String console) throws IOException {
    StringBuilder seen = new StringBuilder();
    for (String line : console.lines().toList()) {
      if (line.startsWith("$ directord ")) {
        Ran ran = cluster.run(words(line.substring("$ directord ".length())));
        seen.append(line).append('\n').append(ran.out()).append(ran.err());
      } else if (line.startsWith("$ curl ")) {
        seen.append(line).append('\n').append(shell(cluster, line.substring(2))).append('\n');
      }
    }
    return seen.toString().replace(directory.toAbsolutePath() + "/", "/etc/directord/");
  }

  private static String shell(TestCluster cluster, String command) throws IOException {
    String here = command.replace("/var/run/directord.sock", cluster.socket().toString());
    Process process = new ProcessBuilder("sh", "-c", here).redirectError(Redirect.INHERIT).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private String[] words(String command) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command);
    while (matcher.find()) {
      String word = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
      words.add(word.replace("/srv/", directory + "/srv/"));
    }
    return words.toArray(String[]::new);
  }

  /** Without what is another each time. */
  private static String unvaried(String text) {
    return TIME.matcher(UUID.matcher(text).replaceAll("UUID")).replaceAll(" in TIME");
  }

  /** As the document says, with the tools of this Java runtime. */
  private void addJar(String source) throws IOException {
    Path file = Files.writeString(directory.resolve("LoadComponent.java"), source);
    Path classes = Files.createDirectories(directory.resolve("classes"));
    String jar = TestCluster.distribution().resolve("lib/directord.jar").toString();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", jar, "-d", classes.toString(), file.toString());
    assertEquals(0, status);
    Path providers = classes.resolve(PROVIDERS);
    Files.createDirectories(providers.getParent());
    Files.writeString(providers, "example.LoadComponent\n", StandardCharsets.UTF_8);
    Path target = directory.resolve("components/load.jar");
    Files.createDirectories(target.getParent());
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(target));
        Stream<Path> files = Files.walk(classes)) {
      for (Path entry : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(entry).toString()));
        Files.copy(entry, out);
      }
    }
  }
}
