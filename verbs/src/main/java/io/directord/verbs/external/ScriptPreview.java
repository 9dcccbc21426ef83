package io.directord.verbs.external;

import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.ReadableNode.Answer;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Outcome;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks the script of a user-defined verb what it would do. It is put into a temporary directory,
 * which is removed at once: a dry run leaves nothing behind.
 */
final class ScriptPreview {
  /** The variable that tells the script to say what it would do; empty in a run. */
  static final String VARIABLE = "DIRECTORD_PREVIEW";

  private static final int MAX_BYTES = 16 << 20;
  private static final int MAX_SENTENCE = 300;

  private final String verb;

  ScriptPreview(String verb) {
    this.verb = verb;
  }

  Preview of(ObjectNode arguments, PreviewContext node) throws JobException, InterruptedException {
    List<SourceFile> files = SourceFile.in(node.job());
    if (files.isEmpty()) {
      throw new JobException(Outcome.Reason.REFUSED, "the job brings no definition of " + verb);
    }
    if (files.stream().mapToLong(SourceFile::size).sum() > MAX_BYTES) {
      return Preview.unknown(
          "the files of "
              + verb
              + " are more than "
              + (MAX_BYTES >> 20)
              + " MiB, which a dry run"
              + " does not fetch");
    }
    try {
      Path directory = Files.createTempDirectory("directord-preview-");
      try {
        return in(directory, files, arguments, node);
      } finally {
        Files.walkFileTree(directory, new Shipments.Removing());
      }
    } catch (IOException e) {
      throw new JobException(
          "what " + verb + " would do cannot be asked: " + IoErrors.sayWhere(e), e);
    }
  }

  private Preview in(
      Path directory, List<SourceFile> files, ObjectNode arguments, PreviewContext node)
      throws JobException, IOException, InterruptedException {
    Path shipped = Files.createDirectory(directory.resolve("component"));
    for (SourceFile file : files) {
      Path destination = Shipments.inside(shipped, file);
      PrivateFiles.makeDirectory(destination.getParent());
      Files.write(destination, node.content(node.delivery(file.sha256()), MAX_BYTES));
    }
    Definition definition = Shipments.definition(verb, Shipments.inside(shipped, files.get(0)));
    if (!definition.facts().preview()) {
      throw new JobException(
          Outcome.Reason.REFUSED, "the definition of " + verb + " has no 'preview: true'");
    }
    Shipments.unpack(shipped, definition);
    ScriptInput input = ScriptInput.of(definition, arguments, node);
    Path json = Files.write(directory.resolve("arguments.json"), input.json(node));
    Path changed = Files.createFile(directory.resolve("changed"));
    Map<String, String> variables = input.variables();
    variables.put("DIRECTORD_COMPONENT", shipped.toString());
    variables.put("DIRECTORD_ARGUMENTS", json.toString());
    variables.put("DIRECTORD_CHANGED", changed.toString());
    variables.put(VARIABLE, "true");
    Answer answer = node.ask(Script.command(Shipments.script(shipped, definition)), variables);
    return preview(answer, new Shipments.Paper(changed).word());
  }

  private Preview preview(Answer answer, String changed) throws JobException {
    if (!answer.ok()) {
      String said = line(answer.stderr());
      throw new JobException(
          "exit status " + answer.status() + ": " + verb + (said.isEmpty() ? "" : ": " + said));
    }
    String said = line(answer.stdout());
    return switch (changed) {
      case "true" -> Preview.changed(said);
      case "false" -> Preview.unchanged(said);
      default ->
          Preview.unknown(
              said.isEmpty() ? verb + " has not said whether it would change something" : said);
    };
  }

  private static String line(String text) {
    String line =
        text.lines().map(String::strip).filter(one -> !one.isEmpty()).findFirst().orElse("");
    return line.length() > MAX_SENTENCE ? line.substring(0, MAX_SENTENCE) + "..." : line;
  }
}
