package io.directord.common.fetch;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The names that a path of a node gets where the operator stands: control characters, percent signs
 * and bytes that are not UTF-8 are written as {@code %} and two hexadecimal digits.
 */
final class LocalName {
  private LocalName() {}

  /**
   * The names of a path.
   *
   * @return null if it does not stay below its root
   */
  static List<String> of(byte[] path) {
    List<String> names = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= path.length; i++) {
      if (i == path.length || path[i] == '/') {
        String name = name(ByteBuffer.wrap(path, from, i - from).slice());
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
          return null;
        }
        names.add(name);
        from = i + 1;
      }
    }
    return names;
  }

  /** A path for people, whatever it is. */
  static String shown(byte[] path) {
    return name(ByteBuffer.wrap(path));
  }

  private static String name(ByteBuffer bytes) {
    String text;
    boolean valid = true;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
    } catch (CharacterCodingException e) {
      valid = false;
      text = StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }
    StringBuilder out = new StringBuilder();
    for (char c : text.toCharArray()) {
      if (Character.isISOControl(c) || c == '%' || !valid && c > '~') {
        // Control characters above 0x7f have two bytes in UTF-8, of which one is told.
        out.append(String.format("%%%02x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
