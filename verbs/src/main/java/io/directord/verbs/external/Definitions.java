package io.directord.verbs.external;

import io.directord.common.component.Component;
import io.directord.common.component.DefinitionException;
import io.directord.common.component.SourceFile;
import io.directord.common.input.GivenFile;
import io.directord.common.job.Job;
import io.directord.common.security.Digests;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The definitions in some directories: {@code greet.yaml} or {@code greet.yml} defines GREET, and
 * so does {@code greet/component.yaml}, with all that is in that directory. Definitions are read on
 * demand.
 */
public final class Definitions {
  static final int MAX_DEFINITION_BYTES = 1 << 20;

  /** Definition, script, and what lies beside them in a directory of their own. */
  static final int MAX_FILES = 200;

  static final long MAX_BYTES = 64L << 20;

  private static final Pattern VERB = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
  private static final String DIRECTORY_FORM = "component.yaml";
  private static final String SUFFIX = ".yaml";
  private static final String OTHER_SUFFIX = ".yml";

  private final List<Path> directories;

  public Definitions(List<Path> directories) {
    this.directories = List.copyOf(directories);
  }

  /** Whether a verb can have that name, which also names files and directories. */
  public static boolean isVerb(String name) {
    return VERB.matcher(name).matches();
  }

  /**
   * Whether a job brings just this definition, wherever its files lay when they were sent, and
   * arguments that it allows.
   */
  public static boolean areOf(Component<?> installed, Job job) {
    return installed instanceof DefinedComponent defined && defined.isBroughtBy(job);
  }

  /**
   * The verb as defined in the first directory that has it, or null.
   *
   * @param verb upper case
   * @throws DefinitionException with all its errors, each with file, line and column
   */
  public Component<?> find(String verb) throws DefinitionException {
    if (!VERB.matcher(verb).matches()) {
      return null;
    }
    String name = verb.toLowerCase(Locale.ROOT);
    for (Path directory : directories) {
      Path inDirectory = directory.resolve(name).resolve(DIRECTORY_FORM);
      if (Files.exists(inDirectory)) {
        return component(verb, inDirectory, true);
      }
      for (String suffix : List.of(SUFFIX, OTHER_SUFFIX)) {
        Path alone = directory.resolve(name + suffix);
        if (Files.exists(alone)) {
          return component(verb, alone, false);
        }
      }
    }
    return null;
  }

  /** A hint for an unknown verb; may be empty. */
  public String hint(String verb) {
    String name = verb.toLowerCase(Locale.ROOT);
    if (VERB.matcher(verb).matches()) {
      for (Path directory : directories) {
        if (Files.exists(directory.resolve(name + ".py"))) {
          return "; "
              + directory.resolve(name + ".py")
              + " is a component of the Python original: it needs a definition, "
              + name
              + SUFFIX
              + ", to be run here";
        }
      }
    }
    return "";
  }

  /** Verbs with a definition, valid or not. */
  public SortedSet<String> verbs() {
    SortedSet<String> verbs = new TreeSet<>();
    for (Path directory : directories) {
      if (Files.isDirectory(directory)) {
        try (Stream<Path> files = Files.list(directory)) {
          files.map(Definitions::verb).filter(v -> VERB.matcher(v).matches()).forEach(verbs::add);
        } catch (IOException e) {
          // A directory that may not be read has no verbs for this user.
          continue;
        }
      }
    }
    return verbs;
  }

  private static String verb(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(SUFFIX) || name.endsWith(OTHER_SUFFIX)) {
      name = name.substring(0, name.lastIndexOf('.'));
    } else if (!Files.exists(file.resolve(DIRECTORY_FORM))) {
      return "";
    }
    return name.equals(name.toLowerCase(Locale.ROOT)) ? name.toUpperCase(Locale.ROOT) : "";
  }

  private static Component<?> component(String verb, Path file, boolean withDirectory)
      throws DefinitionException {
    try {
      byte[] bytes = GivenFile.read(file, MAX_DEFINITION_BYTES);
      Definition definition = DefinitionReader.read(verb, file, bytes);
      List<SourceFile> files = new ArrayList<>();
      files.add(shipped(file, file.getParent(), bytes));
      addOthers(definition, file, bytes, withDirectory, files);
      return new DefinedComponent(definition, files);
    } catch (IOException e) {
      throw new DefinitionException(
          file, "this definition cannot be read: " + IoErrors.sayWhere(e), e);
    }
  }

  private static void addOthers(
      Definition definition, Path file, byte[] bytes, boolean withDirectory, List<SourceFile> files)
      throws IOException, DefinitionException {
    Path directory = file.getParent();
    Path script = definition.file() == null ? null : directory.resolve(definition.file());
    if (script != null && !Files.isRegularFile(script)) {
      throw DefinitionReader.at(file, bytes, "file", "there is no file " + script);
    }
    List<Path> others = withDirectory ? below(directory, file) : new ArrayList<>();
    if (script != null && !others.contains(script)) {
      others.add(script);
    }
    long total = 0;
    for (Path other : others) {
      total += Files.size(other);
      if (files.size() >= MAX_FILES || total > MAX_BYTES) {
        throw new DefinitionException(
            directory, "a verb has at most " + MAX_FILES + " files of 64 MiB together", null);
      }
      files.add(shipped(other, directory, Files.readAllBytes(other)));
    }
  }

  /**
   * Whether a file belongs to a definition in a directory of its own; hidden and backup files do
   * not.
   */
  private static List<Path> below(Path directory, Path definition) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return new ArrayList<>(
          files
              .filter(file -> Files.isRegularFile(file) && !file.equals(definition))
              .filter(file -> !isLeftover(directory.relativize(file)))
              .sorted()
              .limit(MAX_FILES + 1L)
              .toList());
    }
  }

  private static boolean isLeftover(Path relative) {
    for (Path part : relative) {
      String name = part.toString();
      if (name.startsWith(".") || name.endsWith("~") || name.equals("__pycache__")) {
        return true;
      }
    }
    return false;
  }

  private static SourceFile shipped(Path file, Path directory, byte[] content) {
    String to = directory.relativize(file).toString();
    return new SourceFile(
        file.toAbsolutePath().toString(), Digests.sha256(content), content.length, to);
  }
}
