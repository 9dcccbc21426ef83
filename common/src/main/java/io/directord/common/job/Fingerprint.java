package io.directord.common.job;

import io.directord.common.python.PythonNumber;
import io.directord.common.security.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * SHA3-224 over a definition, computed as the original does: over the text that Python's {@code
 * json.dumps} makes of it, keys in the order given. So a RUN has the fingerprint it had there, and
 * scripts that name fingerprints keep working.
 */
public final class Fingerprint {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{56}");

  private Fingerprint() {}

  /** Whether this is 56 lower-case hexadecimal digits. */
  public static boolean isFingerprint(String text) {
    return FORM.matcher(text).matches();
  }

  /** That of a job. */
  public static String of(JobDefinition definition) {
    return of(JobJson.write(definition));
  }

  /** The fingerprint in lower-case hexadecimal, 56 characters. */
  public static String of(JsonNode definition) {
    StringBuilder text = new StringBuilder();
    write(definition, text);
    MessageDigest digest = Digests.sha3();
    digest.update(text.toString().getBytes(StandardCharsets.US_ASCII));
    return Digests.hex(digest);
  }

  private static void write(JsonNode node, StringBuilder out) {
    if (node.isObject()) {
      out.append('{');
      String separator = "";
      for (var entry : node.properties()) {
        out.append(separator);
        writeString(entry.getKey(), out);
        out.append(": ");
        write(entry.getValue(), out);
        separator = ", ";
      }
      out.append('}');
    } else if (node.isArray()) {
      out.append('[');
      String separator = "";
      for (JsonNode element : node) {
        out.append(separator);
        write(element, out);
        separator = ", ";
      }
      out.append(']');
    } else if (node.isString()) {
      writeString(node.stringValue(), out);
    } else if (node.isNumber()) {
      out.append(PythonNumber.text(node));
    } else if (node.isBoolean()) {
      out.append(node.booleanValue());
    } else if (node.isNull()) {
      out.append("null");
    } else {
      out.append(node);
    }
  }

  private static void writeString(String value, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\f' -> out.append("\\f");
        case '\b' -> out.append("\\b");
        default -> {
          if (c < 0x20 || c > 0x7e) {
            out.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
