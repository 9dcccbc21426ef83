package io.directord.common.api;

import java.nio.file.Path;

/** Receives the progress of uploads, often, on the submitting thread. */
@FunctionalInterface
public interface UploadProgress {
  UploadProgress NONE = (file, bytes, size) -> {};

  /**
   * @param bytes how many have been sent so far
   * @param size how many there are
   */
  void uploaded(Path file, long bytes, long size);
}
