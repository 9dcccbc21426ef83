package io.directord.verbs.external;

import io.directord.common.component.Component;
import io.directord.common.component.DefinitionException;
import io.directord.common.component.SourceFile;
import io.directord.common.security.Digests;
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
 * The definitions in some folders: {@code greet.yaml} or {@code greet.yml} defines GREET, and so
 * does {@code greet/component.yaml}, with all that is in that folder. Nothing is read before it is
 * asked for.
 */
public final class Definitions {
  static final int MAX_DEFINITION_BYTES = 1 << 20;

  /** Definition, script, and what lies beside them in a folder of their own. */
  static final int MAX_FILES = 200;

  static final long MAX_BYTES = 64L << 20;

  private static final Pattern VERB = Pattern.compile("[A-Z][A-Z0-9_]*");
  private static final String FOLDER_FORM = "component.yaml";
  private static final String SUFFIX = ".yaml";
  private static final String OTHER_SUFFIX = ".yml";

  private final List<Path> folders;

  public Definitions(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  /** Whether a verb can have that name, which also names files and folders. */
  static boolean isVerb(String name) {
    return VERB.matcher(name).matches();
  }

  /**
   * The verb as the first folder that has it defines it, or null if none does.
   *
   * @param verb upper case
   * @throws DefinitionException naming file, line and column of every mistake in it
   */
  public Component<?> find(String verb) throws DefinitionException {
    if (!VERB.matcher(verb).matches()) {
      return null;
    }
    String name = verb.toLowerCase(Locale.ROOT);
    for (Path folder : folders) {
      Path inFolder = folder.resolve(name).resolve(FOLDER_FORM);
      if (Files.exists(inFolder)) {
        return component(verb, inFolder, true);
      }
      for (String suffix : List.of(SUFFIX, OTHER_SUFFIX)) {
        Path alone = folder.resolve(name + suffix);
        if (Files.exists(alone)) {
          return component(verb, alone, false);
        }
      }
    }
    return null;
  }

  /** What to say beside that a verb is unknown; empty if there is nothing. */
  public String hint(String verb) {
    String name = verb.toLowerCase(Locale.ROOT);
    if (VERB.matcher(verb).matches()) {
      for (Path folder : folders) {
        if (Files.exists(folder.resolve(name + ".py"))) {
          return "; "
              + folder.resolve(name + ".py")
              + " is a component of the Python original: it needs a definition, "
              + name
              + SUFFIX
              + ", to be run here";
        }
      }
    }
    return "";
  }

  /** Verbs that have a definition, right or wrong. */
  public SortedSet<String> verbs() {
    SortedSet<String> verbs = new TreeSet<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          files.map(Definitions::verb).filter(v -> VERB.matcher(v).matches()).forEach(verbs::add);
        } catch (IOException e) {
          // One that may not be read has no verbs for this user.
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
    } else if (!Files.exists(file.resolve(FOLDER_FORM))) {
      return "";
    }
    return name.equals(name.toLowerCase(Locale.ROOT)) ? name.toUpperCase(Locale.ROOT) : "";
  }

  private static Component<?> component(String verb, Path file, boolean withFolder)
      throws DefinitionException {
    try {
      byte[] bytes = bytes(file);
      Definition definition = DefinitionReader.read(verb, file, bytes);
      List<SourceFile> files = new ArrayList<>();
      files.add(shipped(file, file.getParent(), bytes));
      addOthers(definition, file, bytes, withFolder, files);
      return new DefinedComponent(definition, files);
    } catch (IOException e) {
      throw new DefinitionException(file, "this definition cannot be read: " + e, e);
    }
  }

  private static byte[] bytes(Path file) throws IOException, DefinitionException {
    if (Files.size(file) > MAX_DEFINITION_BYTES) {
      throw new DefinitionException(file, "a definition has at most 1 MiB", null);
    }
    return Files.readAllBytes(file);
  }

  private static void addOthers(
      Definition definition, Path file, byte[] bytes, boolean withFolder, List<SourceFile> files)
      throws IOException, DefinitionException {
    Path folder = file.getParent();
    Path script = definition.file() == null ? null : folder.resolve(definition.file());
    if (script != null && !Files.isRegularFile(script)) {
      throw DefinitionReader.at(file, bytes, "file", "there is no file " + script);
    }
    List<Path> others = withFolder ? below(folder, file) : new ArrayList<>();
    if (script != null && !others.contains(script)) {
      others.add(script);
    }
    long total = 0;
    for (Path other : others) {
      total += Files.size(other);
      if (files.size() >= MAX_FILES || total > MAX_BYTES) {
        throw new DefinitionException(
            folder, "a verb has at most " + MAX_FILES + " files of 64 MiB together", null);
      }
      files.add(shipped(other, folder, Files.readAllBytes(other)));
    }
  }

  /** What belongs to a definition in a folder of its own; hidden files and leftovers do not. */
  private static List<Path> below(Path folder, Path definition) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return new ArrayList<>(
          files
              .filter(file -> Files.isRegularFile(file) && !file.equals(definition))
              .filter(file -> !isLeftover(folder.relativize(file)))
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

  private static SourceFile shipped(Path file, Path folder, byte[] content) {
    String to = folder.relativize(file).toString();
    return new SourceFile(
        file.toAbsolutePath().toString(), Digests.sha256(content), content.length, to);
  }
}
