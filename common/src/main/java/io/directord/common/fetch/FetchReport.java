package io.directord.common.fetch;

import java.util.ArrayList;
import java.util.List;

/** What a node has brought. Not thread-safe. */
public final class FetchReport {
  /** Maximum number of names in each list. */
  private static final int MAX_NAMES = 100;

  private final List<String> failures = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();
  private int failed;
  private int left;
  private int files;
  private long bytes;

  public void file(long size) {
    files++;
    bytes += size;
  }

  /** Something that was asked for cannot be brought. */
  public void failure(String message) {
    failed++;
    if (failures.size() < MAX_NAMES) {
      failures.add(message);
    }
  }

  /** Something in a directory that is not brought, or a file that has changed while it was read. */
  public void remark(String message) {
    left++;
    if (leftOut.size() < MAX_NAMES) {
      leftOut.add(message);
    }
  }

  public int files() {
    return files;
  }

  public long bytes() {
    return bytes;
  }

  /** How many things were asked for and cannot be brought. */
  public int failed() {
    return failed;
  }

  /** The first of them, for people. */
  public List<String> failures() {
    return shortened(failures, failed);
  }

  /** How much else is to be told. */
  public int remarked() {
    return left;
  }

  /** What else is to be told, the first of it, for people. */
  public List<String> remarks() {
    return shortened(leftOut, left);
  }

  private static List<String> shortened(List<String> names, int count) {
    List<String> text = new ArrayList<>(names);
    if (count > names.size()) {
      text.add("and " + (count - names.size()) + " more");
    }
    return text;
  }
}
