package io.directord.server.content;

import java.io.IOException;
import java.nio.file.Path;

/** Thrown if the disk has no room for a content. */
public final class NoSpaceException extends IOException {
  NoSpaceException(Path directory, long wanted, long usable) {
    super(
        "no room for "
            + wanted
            + " bytes in "
            + directory
            + " ("
            + usable
            + " are free, and some are kept for the store); make room on that disk or choose"
            + " another --state-path");
  }
}
