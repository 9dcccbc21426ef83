package io.directord.common.fetch;

import java.nio.file.Path;

/**
 * A file that a node has sent.
 *
 * @param name its path on the node, with control characters, percent signs and bytes that are not
 *     UTF-8 as {@code %} and two hexadecimal digits
 * @param place where it is, or was to be, where the operator stands; null if its name has no place
 * @param size in bytes; null unless it has come whole
 * @param sha256 of its content, in hexadecimal digits; null unless it has come whole
 */
public record FetchedFile(String name, Path place, Long size, String sha256) {

  /** Its place for people, or its name if it has none. */
  public String shown() {
    return place == null ? name : place.toString();
  }
}
