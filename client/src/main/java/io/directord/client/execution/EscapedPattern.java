package io.directord.client.execution;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A text of which each character stands as it is, or as JSON, Python, a shell, a URL or HTML may
 * write it, whichever of them escape what. Immutable.
 */
final class EscapedPattern implements MaskPattern {
  private static final HexFormat UPPER = HexFormat.of().withUpperCase();
  private static final HexFormat LOWER = HexFormat.of();
  private static final int LATIN_1 = 0xff;

  /** Each may be escaped or not, so that there are many ways to read them. */
  private static final int MAX_BACKSLASHES = 16;

  /** Characters with a letter as their escape, and these letters. */
  private static final String CONTROLS = "\n\t\r\b\f\u000b\u0007\u001b";

  private static final String LETTERS = "ntrbfvae";

  private static final Map<Integer, String> HTML =
      Map.of((int) '&', "&amp;", (int) '<', "&lt;", (int) '>', "&gt;", (int) '"', "&quot;");

  private static final Map<Integer, byte[][]> WRITTEN = new ConcurrentHashMap<>();

  private final byte[][][] characters;
  private final int length;

  private EscapedPattern(byte[][][] characters, int length) {
    this.characters = characters;
    this.length = length;
  }

  /** The pattern of a text; if that has very many backslashes in a row, only as it is. */
  static MaskPattern of(String text) {
    if (text.contains("\\".repeat(MAX_BACKSLASHES))) {
      return MaskPattern.of(text);
    }
    return new EscapedPattern(
        text.codePoints()
            .mapToObj(c -> WRITTEN.computeIfAbsent(c, EscapedPattern::written))
            .toArray(byte[][][]::new),
        text.getBytes(StandardCharsets.UTF_8).length);
  }

  private static byte[][] written(int c) {
    String raw = Character.toString(c);
    byte[] utf8 = raw.getBytes(StandardCharsets.UTF_8);
    Set<String> backslashed = new LinkedHashSet<>();
    if (!Character.isLetterOrDigit(c) && c < LATIN_1) {
      backslashed.add("\\" + raw);
    }
    if (CONTROLS.indexOf(c) >= 0) {
      backslashed.add("\\" + LETTERS.charAt(CONTROLS.indexOf(c)));
    }
    StringBuilder octal = new StringBuilder();
    for (byte one : utf8) {
      octal.append('\\').append(String.format("%03o", one & LATIN_1));
    }
    backslashed.add(octal.toString());
    Set<String> all = new LinkedHashSet<>();
    for (HexFormat hex : new HexFormat[] {LOWER, UPPER}) {
      StringBuilder units = new StringBuilder();
      raw.chars().forEach(unit -> units.append("\\u").append(hex.toHexDigits((char) unit)));
      backslashed.add(units.toString());
      backslashed.add("\\U" + hex.toHexDigits(c));
      if (c <= LATIN_1) {
        backslashed.add("\\x" + hex.toHexDigits((byte) c));
      }
      backslashed.add(hex.withPrefix("\\x").formatHex(utf8));
      all.add(hex.withPrefix("%").formatHex(utf8));
      all.add("&#x" + hex.toHexDigits(c).replaceFirst("^0+(?=.)", "") + ";");
    }
    all.addAll(backslashed);
    // What JSON makes of JSON.
    backslashed.forEach(one -> all.add(one.replace("\\", "\\\\").replace("\"", "\\\"")));
    all.add("&#" + c + ";");
    if (HTML.containsKey(c)) {
      all.add(HTML.get(c));
    }
    if (c == ' ') {
      all.add("+");
    }
    all.add(raw);
    return all.stream().map(one -> one.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public boolean begins(byte first) {
    return Arrays.stream(characters[0]).anyMatch(one -> one[0] == first);
  }

  @Override
  public int end(byte[] bytes, int from, int length) {
    int[] places = {from};
    boolean open = false;
    for (byte[][] written : characters) {
      int[] next = new int[places.length * written.length];
      int count = 0;
      for (int place : places) {
        for (byte[] one : written) {
          int end = Math.min(length, place + one.length);
          if (!Arrays.equals(bytes, place, end, one, 0, end - place)) {
            continue;
          }
          if (end - place < one.length) {
            open = true;
          } else {
            next[count] = end;
            count++;
          }
        }
      }
      if (count == 0) {
        return open ? OPEN : NONE;
      }
      places = count == 1 ? new int[] {next[0]} : distinct(next, count);
    }
    return Arrays.stream(places).max().orElse(NONE);
  }

  private static int[] distinct(int[] places, int count) {
    return Arrays.stream(places, 0, count).distinct().toArray();
  }
}
