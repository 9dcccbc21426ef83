package io.directord.verbs.builtin;

import com.fasterxml.jackson.annotation.JsonIgnore;
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
import io.directord.common.validation.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** POD: podman's pods, and commands in their containers. */
public final class PodComponent extends BuiltIn<PodComponent.Arguments> {
  private static final List<String> ACTIONS =
      List.of("start", "stop", "rm", "kill", "inspect", "play", "exec_run");

  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Does one thing with a pod, through podman's API socket: starts, stops, removes,"
                  + " kills or inspects it, makes one of a file that is on the node, or runs a"
                  + " command in a container.",
              "POD: --play /etc/pods/app.yaml",
              "POD: --exec-run app-main --env MODE=check --command /bin/app verify",
              "POD: --rm app --force")
          .option("--start", "POD", "Start it.", action("start"))
          .option("--stop", "POD", "Stop it.", action("stop"))
          .option("--rm", "POD", "Remove it.", action("rm"))
          .option("--kill", "POD", "Send its processes a signal.", action("kill"))
          .option("--inspect", "POD", "Show it, as JSON.", action("inspect"))
          .option(
              "--play",
              "FILE",
              "Make and start the pods of a YAML file.",
              (arguments, text) -> arguments.actions.put("play", Destinations.checked(text)))
          .option("--exec-run", "CONTAINER", "Run --command in this container.", action("exec_run"))
          .many(
              "--command",
              "WORD",
              "With --exec-run: the command, up to the next option; one that begins with -- must"
                  + " be quoted.",
              (arguments, word) -> arguments.command.add(word))
          .option(
              "--env",
              "KEY=VALUE,...",
              "With --exec-run: variables of the command.",
              (arguments, text) -> arguments.env = variables(text))
          .flag(
              "--privileged",
              "With --exec-run: as a privileged container.",
              (arguments, on) -> arguments.privileged = on)
          .flag(
              "--force", "With --rm: also while it runs.", (arguments, on) -> arguments.force = on)
          .option(
              "--kill-signal",
              "SIGNAL",
              "With --kill; SIGKILL by default.",
              (arguments, text) -> arguments.killSignal = Values.text(text))
          .flag(
              "--no-tlsverify",
              "With --play: accept any certificate of a registry.",
              (arguments, on) -> arguments.noTlsverify = on)
          .option(
              "--socket-path",
              "PATH",
              "podman's socket; " + Podman.SOCKET + " by default.",
              (arguments, text) -> arguments.socketPath = Destinations.checked(text));

  /** The arguments as they travel in the job, and the options that they are made of. */
  public static final class Arguments {
    public String podAction;

    public ObjectNode kwargs = Json.object();

    public String socketPath = Podman.SOCKET;

    @JsonIgnore public Map<String, String> actions = new LinkedHashMap<>();

    @JsonIgnore public List<String> command = new ArrayList<>();

    @JsonIgnore public List<String> env = List.of();

    @JsonIgnore public boolean privileged;

    @JsonIgnore public boolean force;

    @JsonIgnore public String killSignal;

    @JsonIgnore public boolean noTlsverify;
  }

  public PodComponent() {
    super("POD", Arguments::new, SYNTAX);
  }

  private static Syntax.Setter<Arguments> action(String name) {
    return (arguments, value) -> arguments.actions.put(name, Values.text(value));
  }

  private static List<String> variables(String text) throws PlanException {
    List<String> variables = List.of(text.split(","));
    for (String variable : variables) {
      if (variable.indexOf('=') < 1) {
        throw new PlanException("KEY=VALUE is expected, not " + Quoted.of(variable));
      }
    }
    return variables;
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) throws PlanException {
    if (arguments.actions.size() != 1) {
      throw new PlanException(
          "POD needs exactly one of --start, --stop, --rm, --kill, --inspect, --play and --exec-run");
    }
    var action = arguments.actions.entrySet().iterator().next();
    String does = action.getKey();
    allowed(does, "exec_run", "--command", !arguments.command.isEmpty());
    allowed(does, "exec_run", "--env", !arguments.env.isEmpty());
    allowed(does, "exec_run", "--privileged", arguments.privileged);
    allowed(does, "rm", "--force", arguments.force);
    allowed(does, "kill", "--kill-signal", arguments.killSignal != null);
    allowed(does, "play", "--no-tlsverify", arguments.noTlsverify);
    if (does.equals("exec_run") && arguments.command.isEmpty()) {
      throw new PlanException("POD: --exec-run needs --command");
    }
    arguments.podAction = does;
    arguments.kwargs.put(does.equals("play") ? "pod_file" : "name", action.getValue());
    switch (does) {
      case "rm" -> arguments.kwargs.put("force", arguments.force);
      case "kill" ->
          arguments.kwargs.put(
              "signal", arguments.killSignal == null ? "SIGKILL" : arguments.killSignal);
      case "play" -> arguments.kwargs.put("tlsverify", !arguments.noTlsverify);
      case "exec_run" -> {
        arguments.kwargs.put("privileged", arguments.privileged);
        arguments.kwargs.set("command", Json.tree(arguments.command));
        arguments.kwargs.set("env", Json.tree(arguments.env));
      }
      default -> {}
    }
    return Json.tree(arguments);
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    errors.check("pod_action", () -> Values.oneOf(ACTIONS, arguments.podAction));
    String key = "play".equals(arguments.podAction) ? "pod_file" : "name";
    errors.require(
        arguments.kwargs.path(key).isString() && !arguments.kwargs.path(key).asString().isBlank(),
        "kwargs." + key,
        "a text is needed");
    if ("exec_run".equals(arguments.podAction)) {
      errors.require(
          !arguments.kwargs.path("command").isEmpty(), "kwargs.command", "a command is needed");
    }
    Destinations.validate("socket_path", arguments.socketPath, errors);
  }

  private static void allowed(String does, String with, String option, boolean given)
      throws PlanException {
    if (given && !does.equals(with)) {
      throw new PlanException(
          "POD: " + option + " goes with --" + with.replace('_', '-') + " only");
    }
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node)
      throws JobException, InterruptedException {
    return new PodPreview(
            new Podman(Destinations.render(Given.key("socket_path", arguments.socketPath), node)),
            Given.key("kwargs", arguments.kwargs),
            node)
        .of(Given.key("pod_action", arguments.podAction));
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    String does = Given.key("pod_action", arguments.podAction);
    PodActions actions =
        new PodActions(
            new Podman(Destinations.render(Given.key("socket_path", arguments.socketPath), node)),
            Given.key("kwargs", arguments.kwargs),
            node);
    return switch (does) {
      case "start", "stop" -> actions.change(does, Map.of());
      case "kill" -> actions.change(does, Map.of("signal", actions.text("signal", "SIGKILL")));
      case "rm" -> actions.remove();
      case "inspect" -> actions.inspect();
      case "play" -> actions.play();
      case "exec_run" -> actions.exec();
      default -> throw new JobException(Outcome.Reason.REFUSED, "POD cannot " + does);
    };
  }
}
