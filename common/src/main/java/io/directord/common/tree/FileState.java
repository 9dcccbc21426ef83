package io.directord.common.tree;

import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Which file it is, and what changes whenever its content does.
 *
 * @param size in bytes
 * @param changed when its content or its attributes were changed (ctime), which no program can set;
 *     in nanoseconds since 1970
 */
public record FileState(long device, long inode, long size, long changed) {

  /** What to ask Java's view {@code unix} for. */
  public static final String ATTRIBUTES = "dev,ino,size,ctime";

  /** From {@link #ATTRIBUTES}. */
  public static FileState of(Map<String, Object> attributes) {
    return new FileState(
        (Long) attributes.get("dev"),
        (Long) attributes.get("ino"),
        (Long) attributes.get("size"),
        ((FileTime) attributes.get("ctime")).to(TimeUnit.NANOSECONDS));
  }
}
