package io.directord.common.orchestration;

import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.tree.LocalTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the orchestration of a hook delivers: read once, together with the configuration. Every run
 * delivers the same. Not thread-safe while {@link #reading} is used.
 */
final class HookSources {
  /** Of all files together. */
  static final long MAX_BYTES = 256L << 20;

  /** How a message ends about a source that was not read. */
  static final String NOT_READ =
      ": what a hook delivers is read with its configuration, so where it is cannot depend on a"
          + " parameter";

  private final List<Path> directories;
  private final Sources sources = new Sources(FingerprintStore.NONE, MAX_BYTES);
  private final Map<String, PlanContext.Matches> files = new HashMap<>();
  private final Map<List<String>, PlanContext.Directory> trees = new HashMap<>();
  private final Map<String, SourceFile> secrets = new HashMap<>();
  private boolean wasAsked;

  /**
   * @param directory where relative sources are looked up
   */
  HookSources(Path directory) {
    this.directories = List.of(directory);
  }

  /** Reads what is asked for. */
  PlanContext reading() {
    PlanContext disk = sources.in(directories, note -> {});
    return new PlanContext() {
      @Override
      public Matches files(String source) throws PlanException {
        wasAsked = true;
        if (!files.containsKey(source)) {
          files.put(source, disk.files(source));
        }
        return files.get(source);
      }

      @Override
      public Directory directory(String source, List<String> exclude) throws PlanException {
        wasAsked = true;
        List<String> key = key(source, exclude);
        if (!trees.containsKey(key)) {
          trees.put(key, disk.directory(source, exclude));
        }
        return trees.get(key);
      }

      @Override
      public SourceFile secret(SecretSource from, String name) throws PlanException {
        wasAsked = true;
        requireFile(from);
        if (!secrets.containsKey(name)) {
          secrets.put(name, sources.privateSecret(name, directories));
        }
        return secrets.get(name);
      }
    };
  }

  /** Knows what was read, and reads nothing. */
  PlanContext read() {
    return new PlanContext() {
      @Override
      public Matches files(String source) throws PlanException {
        return known(files.get(source), source);
      }

      @Override
      public Directory directory(String source, List<String> exclude) throws PlanException {
        return known(trees.get(key(source, exclude)), source);
      }

      @Override
      public SourceFile secret(SecretSource from, String name) throws PlanException {
        requireFile(from);
        return known(secrets.get(name), name);
      }
    };
  }

  private static <T> T known(T found, String source) throws PlanException {
    if (found == null) {
      throw new PlanException(source + NOT_READ);
    }
    return found;
  }

  private static List<String> key(String source, List<String> exclude) {
    List<String> key = new ArrayList<>(exclude);
    key.add(0, source);
    return key;
  }

  private static void requireFile(PlanContext.SecretSource from) throws PlanException {
    if (from != PlanContext.SecretSource.FILE) {
      throw new PlanException(
          "a hook's secret comes from a file of the server: use --secret-file; who starts the hook"
              + " brings none");
    }
  }

  /** Whether the orchestration delivers anything, also what could not be read. */
  boolean wasAsked() {
    return wasAsked;
  }

  /** The files that are delivered by themselves. */
  Collection<SourceFile> files() {
    return files.values().stream().flatMap(found -> found.files().stream()).distinct().toList();
  }

  List<LocalTree> trees() {
    return List.copyOf(sources.trees());
  }

  /** The contents of secrets, by SHA-256. */
  Map<String, byte[]> secrets() {
    return Map.copyOf(sources.secrets().contents());
  }
}
