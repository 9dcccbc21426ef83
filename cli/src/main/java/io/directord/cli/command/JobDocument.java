package io.directord.cli.command;

import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.common.api.Bodies;
import io.directord.common.api.ServerConnection;
import io.directord.common.json.Json;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.node.ObjectNode;

/**
 * Prints jobs with all their results as one document. JSON is passed on as it comes from the
 * server, since the results of many nodes may not fit into memory; YAML is made of the whole.
 */
final class JobDocument {
  private JobDocument() {}

  /**
   * A list of jobs.
   *
   * @param omitted those that were not run, which stand in the list where they were submitted, by
   *     id, number and title
   */
  static void print(
      List<String> ids,
      List<Bodies.Omitted> omitted,
      ServerConnection server,
      OutputFormat format,
      PrintStream out)
      throws IOException {
    Deque<Bodies.Omitted> missing = new ArrayDeque<>(omitted);
    if (format != OutputFormat.JSON) {
      List<Object> views = new ArrayList<>();
      for (String id : ids) {
        before(missing, views.size(), views::add);
        views.add(server.jobOf(id));
      }
      before(missing, views.size(), views::add);
      out.print(Structured.text(views, format));
      return;
    }
    try (JsonGenerator json = generator(out)) {
      json.writeStartArray();
      int number = 0;
      for (String id : ids) {
        number += before(missing, number, json::writePOJO);
        server.readJob(id, body -> copy(body, json));
        number++;
      }
      before(missing, number, json::writePOJO);
      json.writeEndArray();
    }
    out.println();
  }

  /** Adds the omitted jobs that follow so many others, and returns how many these are. */
  private static int before(Deque<Bodies.Omitted> missing, int number, Consumer<Object> to) {
    int added = 0;
    while (!missing.isEmpty() && missing.peek().number() == number + added + 1) {
      to.accept(Json.object().<ObjectNode>set("omitted", Json.tree(missing.poll())));
      added++;
    }
    return added;
  }

  /** One job, as JSON. */
  static void print(String reference, ServerConnection server, PrintStream out) throws IOException {
    try (JsonGenerator json = generator(out)) {
      server.readJob(reference, body -> copy(body, json));
    }
    out.println();
  }

  /** Closes the generator without closing what it writes to. */
  private static JsonGenerator generator(PrintStream out) {
    return Json.mapper().writerWithDefaultPrettyPrinter().createGenerator(new Unclosed(out));
  }

  private static void copy(InputStream body, JsonGenerator to) {
    try (JsonParser from = Json.mapper().createParser(body)) {
      from.nextToken();
      to.copyCurrentStructure(from);
    }
  }

  private static final class Unclosed extends FilterOutputStream {
    Unclosed(PrintStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
