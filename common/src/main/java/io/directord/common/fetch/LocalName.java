package io.directord.common.fetch;

import io.directord.common.security.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The names that a path of a node gets where the operator stands: control characters, percent signs
 * and bytes that are not UTF-8 are written as {@code %} and two hexadecimal digits. In a name that
 * gets too long by this, {@code %~} and the beginning of its SHA-256 stand for the end.
 */
final class LocalName {
  /** Of a name, on the usual file systems. */
  private static final int MAX_BYTES = 255;

  /** No name has this otherwise, since a percent sign is written as %25. */
  private static final String CUT = "%~";

  private static final int DIGITS = 16;

  private LocalName() {}

  /** Whether something stands for the end of the name, which would be too long. */
  static boolean isCut(String name) {
    return name.contains(CUT);
  }

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
        ByteBuffer bytes = ByteBuffer.wrap(path, from, i - from).slice();
        String name = fitting(name(bytes), bytes);
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

  private static String fitting(String name, ByteBuffer bytes) {
    int length = bytes(name);
    if (length <= MAX_BYTES) {
      return name;
    }
    int end = name.length();
    while (length > MAX_BYTES - CUT.length() - DIGITS) {
      int begin = name.offsetByCodePoints(end, -1);
      begin = begin >= 2 && name.charAt(begin - 2) == '%' ? begin - 2 : begin;
      length -= bytes(name.substring(begin, end));
      end = begin;
    }
    MessageDigest digest = Digests.sha256();
    digest.update(bytes.duplicate());
    return name.substring(0, end) + CUT + Digests.hex(digest).substring(0, DIGITS);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
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
