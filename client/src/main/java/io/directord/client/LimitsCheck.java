package io.directord.client;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks whether the machine gives a client what it needs: open files, and room on the disk. */
final class LimitsCheck {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files +(\\d+)");
  private static final int MIN_OPEN_FILES = 512;
  private static final long MIN_BYTES = 64L << 20;

  private LimitsCheck() {}

  static List<Finding> of(Path state) {
    List<Finding> found = new ArrayList<>();
    try {
      Matcher limit = OPEN_FILES.matcher(Files.readString(LIMITS));
      if (limit.find()) {
        long files = Long.parseLong(limit.group(1));
        found.add(
            files >= MIN_OPEN_FILES
                ? Finding.ok("open files", "a process may have " + files)
                : Finding.warning(
                    "open files",
                    "a process may have " + files + " open files only",
                    "raise it to 1024 at least, as with LimitNOFILE= in the client's unit"));
      }
      Path there = StateCheck.existing(state);
      long bytes = Files.getFileStore(there).getUsableSpace();
      found.add(
          bytes >= MIN_BYTES
              ? Finding.ok("disk", "there are " + (bytes >> 20) + " MiB free at " + there)
              : Finding.wrong(
                  "disk",
                  "there are " + (bytes >> 20) + " MiB free at " + there,
                  Files.getFileStore(there).getTotalSpace() == 0
                      ? "choose another --state-path: this file system keeps no files"
                      : "make room: a client notes its jobs there"));
    } catch (IOException e) {
      found.add(Finding.warning("limits", "cannot be looked up: " + IoErrors.sayWhere(e), ""));
    }
    return found;
  }
}
