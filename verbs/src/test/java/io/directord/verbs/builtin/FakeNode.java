package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.ArgumentReader;
import io.directord.common.component.CacheTag;
import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.Surroundings;
import io.directord.common.fetch.FetchReport;
import io.directord.common.fetch.FetchRequest;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.tree.SourceTree;
import io.directord.common.tree.TreeChanges;
import io.directord.common.tree.TreeOptions;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A node that notes what a verb does to it. Templates know no expressions but names. */
final class FakeNode implements NodeContext {
  final Map<String, JsonNode> args = new TreeMap<>();
  final Map<String, String> envs = new TreeMap<>();
  final List<String> done = new ArrayList<>();
  final Deque<Integer> exitStatuses = new ArrayDeque<>();
  final Deque<String> outputs = new ArrayDeque<>();
  final StringBuilder stderr = new StringBuilder();
  Boolean changed;
  final FetchReport fetched = new FetchReport();
  Job job;
  final StringBuilder stdout = new StringBuilder();

  /** Both halves of a verb, with the job's JSON between them. */
  <A> Outcome run(Component<A> component, String text, PlanContext context) throws Exception {
    return run(component, plan(component, text, context));
  }

  <A> Outcome run(Component<A> component, ObjectNode arguments) throws Exception {
    return component.run(component.read(arguments), this);
  }

  static <A> ObjectNode plan(Component<A> component, String text, PlanContext context)
      throws Exception {
    A arguments = ArgumentReader.read(component, text, Map.of()).arguments();
    ObjectNode planned = component.plan(arguments, context);
    ArgumentErrors errors = new ArgumentErrors();
    component.validate(arguments, errors);
    errors.finish(component.verb(), component.syntax());
    return planned;
  }

  @Override
  public String render(String template) throws JobException {
    String text = template;
    while (text.contains("{{")) {
      String name = text.substring(text.indexOf("{{") + 2, text.indexOf("}}")).strip();
      if (!args.containsKey(name)) {
        throw new JobException("'" + name + "' is undefined");
      }
      text =
          text.substring(0, text.indexOf("{{"))
              + args.get(name).asString()
              + text.substring(text.indexOf("}}") + 2);
    }
    return text;
  }

  /** Answers to what verbs ask, by the beginning of the command; nothing else is known. */
  final Map<String, Answer> answers = new TreeMap<>();

  @Override
  public Answer ask(String command, Map<String, String> variables) {
    if (command.contains("/etc/os-release")) {
      return new Answer(shell(command), "", "");
    }
    return answers.entrySet().stream()
        .filter(answer -> command.startsWith(answer.getKey()))
        .findFirst()
        .map(Map.Entry::getValue)
        .orElse(new Answer(127, "", "not found"));
  }

  @Override
  public int shell(String command) {
    done.add("shell " + command);
    stdout.append(outputs.isEmpty() ? "" : outputs.remove());
    return exitStatuses.isEmpty() ? 0 : exitStatuses.remove();
  }

  @Override
  public int shell(String command, Map<String, String> variables) {
    return shell(command);
  }

  @Override
  public int shell(String command, Surroundings around) {
    int status = shell(command);
    if (!around.equals(Surroundings.NONE)) {
      done.add("in " + around);
    }
    return status;
  }

  @Override
  public void keepSecret(String name, Delivery delivery) {
    done.add("secret " + name + " " + delivery.sha256());
  }

  @Override
  public void nextAttempt() {
    done.add("next attempt");
    stdout.setLength(0);
  }

  @Override
  public void changed(boolean said) {
    changed = said || Boolean.TRUE.equals(changed);
  }

  @Override
  public String output() {
    return stdout.toString();
  }

  @Override
  public void holdBack(Duration time) {
    done.add("hold back " + time);
  }

  @Override
  public void shellDetached(String command, Surroundings around) {
    done.add("detached " + command);
  }

  @Override
  public void stdout(String text) {
    stdout.append(text);
  }

  @Override
  public void stderr(String text) {
    stderr.append(text);
  }

  @Override
  public void putArg(String name, JsonNode value, boolean extend) {
    args.put(name, value);
    done.add("arg " + name + " " + value + " " + extend);
  }

  @Override
  public byte[] read(Path file, int maxBytes) throws JobException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(maxBytes + 1);
    } catch (IOException e) {
      throw new JobException(file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public int evict(CacheTag tag) {
    done.add("evict " + tag);
    return 3;
  }

  @Override
  public void putEnv(String name, String value) {
    envs.put(name, value);
  }

  @Override
  public boolean awaitArgs(Predicate<Map<String, JsonNode>> wanted, Duration limit) {
    done.add("await " + limit);
    return wanted.test(args);
  }

  @Override
  public String coordinate(String answer, Duration limit) {
    done.add("coordinate " + answer + " " + limit);
    return "all have answered";
  }

  @Override
  public TreeChanges deliverTree(
      SourceTree tree, Path destination, Ownership ownership, TreeOptions options) {
    done.add("tree " + tree.sha256() + " to " + destination + " " + ownership + " " + options);
    return new TreeChanges(1, 2, 3, List.of("old", "older"), List.of());
  }

  @Override
  public FetchReport fetch(FetchRequest request) {
    done.add("fetch " + request);
    return fetched;
  }

  @Override
  public Delivery delivery(String sha256) {
    return new Delivery(new UUID(0, 0), sha256, 1, 1, new byte[32], new byte[32]);
  }

  @Override
  public String deliver(
      Delivery delivery, Path destination, Ownership ownership, boolean blueprint) {
    done.add("deliver " + destination + " " + ownership + " " + blueprint);
    return delivery.sha256();
  }

  @Override
  public void makeDirectory(Path path, Ownership ownership) {
    done.add("make " + path + " " + ownership);
  }

  @Override
  public Map<String, JsonNode> args() {
    return args;
  }

  @Override
  public Map<String, String> envs() {
    return envs;
  }

  @Override
  public Job job() {
    return job;
  }

  @Override
  public String identity() {
    return "node-1";
  }
}
