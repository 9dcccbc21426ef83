package io.directord.server.content;

import java.io.IOException;

/** Thrown if received content does not have the announced fingerprint. */
public final class ContentMismatchException extends IOException {
  ContentMismatchException(String expected, String actual) {
    super(
        "the content has the fingerprint "
            + actual
            + ", not "
            + expected
            + "; did the file change meanwhile? Plan the job again");
  }
}
