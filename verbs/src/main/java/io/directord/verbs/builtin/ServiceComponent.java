package io.directord.verbs.builtin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** SERVICE: services of systemd. */
public final class ServiceComponent extends BuiltIn<ServiceComponent.Arguments> {
  private static final List<String> STATES = List.of("enable", "disable");
  private static final List<String> MASKS = List.of("mask", "unmask");
  private static final List<String> RUNNING = List.of("start", "restart", "stop", "reload");

  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Starts services, or does what the options say, with systemctl. With --disable or"
                  + " --mask alone nothing is started.",
              "SERVICE: nginx",
              "SERVICE: --daemon-reload --enable --restarted app.service worker.service")
          .flag("--restarted", "Restart them.", (arguments, on) -> arguments.run("restart", on))
          .flag("--stopped", "Stop them.", (arguments, on) -> arguments.run("stop", on))
          .flag("--reloaded", "Reload them.", (arguments, on) -> arguments.run("reload", on))
          .flag(
              "--daemon-reload",
              "Have systemd reload its unit files first.",
              (arguments, on) -> arguments.daemonReload = on)
          .flag("--enable", "Start them at boot.", (arguments, on) -> arguments.set("enable", on))
          .flag(
              "--disable",
              "Do not start them at boot.",
              (arguments, on) -> arguments.set("disable", on))
          .flag(
              "--mask",
              "Prevent them from being started.",
              (arguments, on) -> arguments.hide("mask", on))
          .flag("--unmask", "Undo --mask.", (arguments, on) -> arguments.hide("unmask", on))
          .option(
              "--retry",
              "N",
              "Try up to N times; 3 by default.",
              (arguments, text) -> arguments.retry = Values.integer(text, 1))
          .words(
              "NAME...",
              "The services.",
              (arguments, word) -> arguments.services.add(ShellWords.name(word)));

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public String state;

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public String mask;

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public String running;

    public int retry = 3;

    public List<String> services = new ArrayList<>();

    public boolean daemonReload;

    @JsonIgnore final List<String> given = new ArrayList<>();

    private void run(String verb, boolean on) {
      running = on ? verb : running;
      note(verb, on);
    }

    private void set(String verb, boolean on) {
      state = on ? verb : state;
      note(verb, on);
    }

    private void hide(String verb, boolean on) {
      mask = on ? verb : mask;
      note(verb, on);
    }

    private void note(String verb, boolean on) {
      if (on) {
        given.add(verb);
      }
    }
  }

  public ServiceComponent() {
    super("SERVICE", Arguments::new, SYNTAX);
  }

  @Override
  public String lock() {
    return "service";
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) throws PlanException {
    List<String> given = arguments.given;
    onlyOne(given, "--restarted, --stopped and --reloaded", "restart", "stop", "reload");
    onlyOne(
        given, "--enable, --disable, --mask and --unmask", "enable", "disable", "mask", "unmask");
    boolean off = given.contains("disable") || given.contains("mask");
    if (arguments.running == null && !off) {
      arguments.running = "start";
    }
    return Json.tree(arguments);
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    oneOf("state", arguments.state, STATES, errors);
    oneOf("mask", arguments.mask, MASKS, errors);
    oneOf("running", arguments.running, RUNNING, errors);
    errors.check("retry", () -> Values.atLeast(1, arguments.retry));
    ShellWords.validate("services", arguments.services, errors);
    if (!arguments.daemonReload
        && arguments.state == null
        && arguments.mask == null
        && arguments.running == null) {
      errors.add("SERVICE needs one of state, mask and running, or daemon_reload");
    }
  }

  private static void oneOf(String key, String value, List<String> words, ArgumentErrors errors) {
    if (value != null) {
      errors.check(key, () -> Values.oneOf(words, value));
    }
  }

  private static void onlyOne(List<String> given, String options, String... verbs)
      throws PlanException {
    if (given.stream().distinct().filter(List.of(verbs)::contains).count() > 1) {
      throw new PlanException("SERVICE: of " + options + " only one may be given");
    }
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node)
      throws JobException, InterruptedException {
    ShellWords.names("services", arguments.services, node);
    List<Preview> parts = new ArrayList<>();
    for (String name : Rendered.words(arguments.services, node)) {
      ServiceState state = ServiceState.of(name, node);
      if (!state.isKnown()) {
        throw new JobException("there is no service " + name);
      }
      if (arguments.daemonReload && state.needsReload()) {
        parts.add(Preview.changed("the unit file of " + name + " would be read again"));
      }
      for (String verb : new String[] {arguments.mask, arguments.state, arguments.running}) {
        if (verb != null) {
          parts.add(
              Preview.either(
                  state.isChangedBy(verb),
                  name + ": " + verb + ", which is " + state.text(),
                  name + " is " + state.text()));
        }
      }
    }
    return parts.isEmpty() ? Preview.unchanged("no unit file has changed") : Preview.all(parts);
  }

  /** Whether they are not all as wanted; null if that is unknown. */
  private static Boolean changes(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    boolean changes = false;
    for (String name : Rendered.words(arguments.services, node)) {
      ServiceState state;
      try {
        state = ServiceState.of(name, node);
      } catch (JobException e) {
        // What systemctl says to the commands themselves counts.
        return null;
      }
      if (!state.isKnown()) {
        return null;
      }
      changes |= arguments.daemonReload && state.needsReload();
      for (String verb : new String[] {arguments.mask, arguments.state, arguments.running}) {
        changes |= verb != null && state.isChangedBy(verb);
      }
    }
    return changes;
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    String services = ShellWords.names("services", arguments.services, node);
    List<String> commands = new ArrayList<>();
    if (arguments.daemonReload) {
      commands.add("systemctl daemon-reload");
    }
    for (String verb : new String[] {arguments.mask, arguments.state, arguments.running}) {
      if (verb != null) {
        commands.add("systemctl " + ShellWords.quoted(verb) + " " + services);
      }
    }
    Boolean before = changes(arguments, node);
    Outcome outcome = Attempts.run(node, arguments.retry, commands);
    if (outcome.isSuccess() && before != null) {
      node.changed(before);
    }
    return outcome;
  }
}
