package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.component.Surroundings.Bind;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the places in a root at which files and directories of the node are mounted. */
final class BindMounts {
  private final RootDirectory root;
  private final List<Mount> mounts = new ArrayList<>();

  private BindMounts(RootDirectory root) {
    this.root = root;
  }

  /**
   * One of them.
   *
   * @param place where it was asked for
   * @param target the same, without links
   */
  record Mount(Bind bind, Path place, Path target) {}

  /**
   * All of them, each behind those in which it lies, whatever order they are given in.
   *
   * @throws JobException if a place does not exist, or two are the same
   */
  static List<Mount> of(RootDirectory root, List<Bind> binds) throws JobException {
    BindMounts all = new BindMounts(root);
    List<Bind> ordered = new ArrayList<>(binds);
    ordered.sort(Comparator.comparingInt(bind -> place(bind).getNameCount()));
    for (Bind bind : ordered) {
      all.add(bind);
    }
    all.mounts.sort(Comparator.comparingInt(mount -> mount.target().getNameCount()));
    return all.mounts;
  }

  private static Path place(Bind bind) {
    return Path.of(bind.target()).normalize();
  }

  private void add(Bind bind) throws JobException {
    if (!Files.exists(Path.of(bind.source()))) {
      throw new JobException("--bind: " + bind.source() + " does not exist on this node");
    }
    Path place = place(bind);
    Mount outer = null;
    for (Mount mount : mounts) {
      outer = place.startsWith(mount.place()) ? mount : outer;
    }
    Path target = outer == null ? inRoot(bind, place) : inside(outer, bind, place);
    for (Mount mount : mounts) {
      if (mount.target().equals(target)) {
        throw new JobException(
            "--bind: "
                + mount.bind().source()
                + " and "
                + bind.source()
                + " cannot both be mounted at "
                + target);
      }
    }
    mounts.add(new Mount(bind, place, target));
  }

  /** Where something lies that is mounted within another one. */
  private static Path inside(Mount outer, Bind bind, Path place) throws JobException {
    Path below = outer.place().relativize(place);
    Path there = Path.of(outer.bind().source()).resolve(below);
    if (!below.toString().isEmpty()) {
      if (!Files.exists(there)) {
        throw new JobException(
            "--bind: "
                + bind.target()
                + " lies in "
                + outer.bind().target()
                + ", where "
                + there
                + " is not there: make it first, since RUN leaves nothing behind");
      }
      requireSameKind(there, bind);
    }
    return outer.target().resolve(below);
  }

  /** Where something is mounted in the root itself. */
  private Path inRoot(Bind bind, Path place) throws JobException {
    if (place.startsWith("/dev") && place.getNameCount() > 1) {
      return place;
    }
    try {
      Path found = root.find(bind.target());
      if (found.equals(root.directory())) {
        throw new JobException(
            "--bind: " + bind.source() + " cannot take the place of the root itself");
      }
      requireSameKind(found, bind);
      return Path.of(root.inside(found));
    } catch (IOException e) {
      throw new JobException(
          "--bind: "
              + bind.target()
              + " is not there in the root "
              + root.directory()
              + ": make it first, since RUN leaves nothing behind in a root ("
              + IoErrors.say(e)
              + ")",
          e);
    }
  }

  private static void requireSameKind(Path there, Bind bind) throws JobException {
    if (Files.isDirectory(there) != Files.isDirectory(Path.of(bind.source()))) {
      throw new JobException(
          "--bind: of "
              + bind.source()
              + " and of "
              + bind.target()
              + " in the root, one is a directory and the other is not");
    }
  }
}
