package io.directord.server.content;

import java.io.IOException;

/** What was received does not have the fingerprint that it was announced with. */
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
