package io.directord.common.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of this build. */
public final class Product {
  private Product() {}

  /** The version, such as 1.0.0, from a file that the build fills in. */
  public static String version() {
    try (InputStream in = Product.class.getResourceAsStream("version.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("the version in this installation cannot be read", e);
    }
  }
}
