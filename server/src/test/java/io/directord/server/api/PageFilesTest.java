package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for the page's files whatever they do. */
class PageFilesTest {
  private static final Path DIRECTORY = Path.of("src/main/resources/io/directord/server/api/page");

  /** Kilobytes for all files, before they are packed. */
  private static final int MAX_KILOBYTES = 200;

  /** Of WCAG 2.2, level AA: for text. */
  private static final double FOR_TEXT = 4.5;

  /** For what is seen and not read, such as the frame of what has the focus. */
  private static final double FOR_SHAPES = 3;

  private static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(DIRECTORY)) {
      return all.sorted().toList();
    }
  }

  @Test
  void theyAreSmall() throws Exception {
    long bytes = 0;
    for (Path file : files()) {
      bytes += Files.size(file);
    }
    assertTrue(bytes < MAX_KILOBYTES * 1024, bytes + " bytes");
  }

  /** Elements are made one by one; no text becomes HTML or a script. */
  @Test
  void nothingParsesHtmlOrRunsText() throws Exception {
    Pattern dangers =
        Pattern.compile(
            "innerHTML|outerHTML|insertAdjacent|document\\.write|\\beval\\b|new Function|srcdoc"
                + "|DOMParser|createContextualFragment|javascript:|import\\(");
    for (Path file : files()) {
      Matcher found = dangers.matcher(Files.readString(file));
      assertFalse(found.find(), () -> file + ": " + found.group());
    }
  }

  @Test
  void everyFileThatIsNamedIsThere() throws Exception {
    List<String> named = new ArrayList<>();
    Pattern names = Pattern.compile("(?:from \"\\./|/ui/)([a-z]+\\.(?:js|css|svg))\"");
    for (Path file : files()) {
      names.matcher(Files.readString(file)).results().forEach(name -> named.add(name.group(1)));
    }
    for (String name : named) {
      try (InputStream in = PageFiles.class.getResourceAsStream("page/" + name)) {
        assertTrue(in != null, name);
      }
    }
    for (Path file : files()) {
      String name = file.getFileName().toString();
      assertTrue(name.equals("index.html") || named.contains(name), name + " is used nowhere");
    }
  }

  /** All that is read has the contrast that people with weak eyes need, in both themes. */
  @Test
  void textIsReadableInBothThemes() throws Exception {
    String style = Files.readString(DIRECTORY.resolve("style.css"), StandardCharsets.UTF_8);
    List<Map<String, Integer>> themes = new ArrayList<>();
    Matcher blocks = Pattern.compile("color-scheme: (?:light|dark);([^}]*)}").matcher(style);
    while (blocks.find()) {
      themes.add(colours(blocks.group(1)));
    }
    assertEquals(3, themes.size());
    assertEquals(themes.get(1), themes.get(2), "dark by the system, and by the switch");
    for (Map<String, Integer> theme : themes) {
      for (String back : List.of("back", "raised", "odd", "line", "runs-back")) {
        require(theme, "text", back, FOR_TEXT);
      }
      for (String back : List.of("back", "raised", "odd")) {
        require(theme, "quiet", back, FOR_TEXT);
        require(theme, "accent", back, FOR_TEXT);
        require(theme, "focus", back, FOR_SHAPES);
      }
      require(theme, "accent", "runs-back", FOR_TEXT);
      require(theme, "on-accent", "accent", FOR_TEXT);
      require(theme, "back", "text", FOR_TEXT);
      for (String kind : List.of("ok", "bad", "waits", "runs")) {
        require(theme, kind, kind + "-back", FOR_TEXT);
      }
      for (String back : List.of("bad-back", "waits-back")) {
        require(theme, "text", back, FOR_TEXT);
      }
      require(theme, "quiet", "bad-back", FOR_TEXT);
      require(theme, "bad", "raised", FOR_TEXT);
      require(theme, "waits", "raised", FOR_TEXT);
    }
  }

  private static Map<String, Integer> colours(String block) {
    Map<String, Integer> found = new TreeMap<>();
    Pattern.compile("--([a-z-]+): #([0-9a-f]{6});")
        .matcher(block)
        .results()
        .forEach(each -> found.put(each.group(1), Integer.parseInt(each.group(2), 16)));
    return found;
  }

  private static void require(
      Map<String, Integer> theme, String front, String back, double wanted) {
    double one = luminance(theme.get(front));
    double other = luminance(theme.get(back));
    double contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    assertTrue(contrast >= wanted, front + " on " + back + ": " + contrast);
  }

  private static double luminance(int colour) {
    return 0.2126 * linear(colour >> 16 & 0xff)
        + 0.7152 * linear(colour >> 8 & 0xff)
        + 0.0722 * linear(colour & 0xff);
  }

  private static double linear(int part) {
    double share = part / 255.0;
    return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
  }
}
