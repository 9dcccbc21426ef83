package io.directord.common.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {
  private static final String SHA = "a".repeat(64);

  @Test
  void isReadAsItWasWritten() throws Exception {
    List<TreeEntry> entries =
        List.of(
            TreeEntry.file("a %\n\u007fb", 0640, 5, SHA),
            TreeEntry.directory("sub", 0755),
            TreeEntry.directory("sub/deep", 0700),
            TreeEntry.file("sub/deep/file", 0, 0, SHA),
            TreeEntry.file("sub/last", 0777, Long.MAX_VALUE, SHA),
            TreeEntry.link("sub/Ähre", "../over there"),
            TreeEntry.file("sub.txt", 0600, 1, SHA));
    assertEquals(entries, Manifest.read(Manifest.of(entries)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "f 644 1 SHA ../passwd",
        "f 644 1 SHA /etc/passwd",
        "f 644 1 SHA .",
        "f 644 1 SHA a//b",
        "f 644 1 SHA a/b",
        "f 644 1 SHA %2e%2e",
        "f 644 1 SHA a%2f..%2fb",
        "f 644 1 SHA a%00",
        "f 644 -1 SHA a",
        "f 7777 1 SHA a",
        "f 644 1 abc a",
        "f 644 1 SHA",
        "f 644 1 SHA ",
        "l a",
        "l a ",
        "d 755 a b",
        "x 1",
        "",
        "d 755 b\nd 755 a",
        "d 755 a\nd 755 a",
        "l a b\nf 644 1 SHA a/x",
        "d 755 a\nd 755 b\nf 644 1 SHA a/x",
      })
  void whatIsNotATreeIsRefused(String lines) {
    String text = "directord tree 1\n" + lines.replace("SHA", SHA) + "\n";
    assertThrows(
        InvalidTreeException.class,
        () -> Manifest.read(text.getBytes(StandardCharsets.UTF_8)),
        lines);
  }

  @Test
  void anotherContentAndOneCutShortAreRefused() {
    for (String text : List.of("", "hello\n", "directord tree 1\nd 755 a", "x".repeat(100_000))) {
      assertThrows(
          InvalidTreeException.class, () -> Manifest.read(text.getBytes(StandardCharsets.UTF_8)));
    }
  }
}
