package io.directord.common.api;

import java.nio.file.Path;

/** Told how far uploads have come; called on the thread that submits, often. */
@FunctionalInterface
public interface UploadProgress {
  UploadProgress NONE = (file, bytes, size) -> {};

  /**
   * @param bytes how many have been sent so far
   * @param size how many there are
   */
  void uploaded(Path file, long bytes, long size);
}
