package io.directord.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Seconds of processor time that something has used so far.
 *
 * @param user in programs
 * @param system in the kernel on their behalf
 */
record Cpu(double user, double system) {
  static final Cpu NONE = new Cpu(0, 0);

  /** USER_HZ, which Linux has promised to keep. */
  private static final double TICKS_PER_SECOND = 100;

  /** Of a process or thread itself; none if it is gone. */
  static Cpu own(Path statFile) {
    return read(statFile, 11);
  }

  /** Of the children that a process has reaped, and theirs. */
  static Cpu reaped(Path statFile) {
    return read(statFile, 13);
  }

  Cpu plus(Cpu other) {
    return new Cpu(user + other.user, system + other.system);
  }

  Cpu minus(Cpu other) {
    return new Cpu(user - other.user, system - other.system);
  }

  double total() {
    return user + system;
  }

  /** proc(5): what follows the name, which may hold anything but ends at the last bracket. */
  private static Cpu read(Path statFile, int field) {
    try {
      String line = Files.readString(statFile);
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      return new Cpu(
          Long.parseLong(fields[field]) / TICKS_PER_SECOND,
          Long.parseLong(fields[field + 1]) / TICKS_PER_SECOND);
    } catch (IOException gone) {
      return NONE;
    }
  }
}
