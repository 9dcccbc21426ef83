package io.directord.common.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExcludesTest {

  /** A path that ends with a slash is that of a directory. */
  @ParameterizedTest
  @CsvSource({
    "*.tmp, a.tmp, true",
    "*.tmp, sub/a.tmp, true",
    "*.tmp, sub.tmp/, true",
    "*.tmp, a.tmpl, false",
    "cache/, cache/, true",
    "cache/, sub/cache/, true",
    "cache/, cache, false",
    "/cache, cache, true",
    "/cache, sub/cache, false",
    "docs/*.pdf, docs/a.pdf, true",
    "docs/*.pdf, docs/sub/a.pdf, false",
    "docs/**/*.pdf, docs/sub/deep/a.pdf, true",
    "docs/**/*.pdf, docs/a.pdf, true",
    "docs/**, docs/sub/a, true",
    "**/x, a/b/x, true",
    "a[0-9], a5, true",
    "a[!0-9], a5, false",
    "?, ab, false",
  })
  void matchesAsGitDoes(String pattern, String path, boolean expected) {
    boolean isDirectory = path.endsWith("/");
    String plain = isDirectory ? path.substring(0, path.length() - 1) : path;
    assertEquals(expected, new Excludes(List.of(pattern)).match(plain, isDirectory));
  }

  @Test
  void saysWhatIsNotAPattern() {
    for (String text : List.of("", " ", "/", "//", "!keep")) {
      assertNotNull(Excludes.error(text), text);
    }
    assertNull(Excludes.error("*.tmp"));
  }
}
