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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import tools.jackson.databind.node.ObjectNode;

/** CONTAINER_IMAGE: podman's images. */
public final class ContainerImageComponent extends BuiltIn<ContainerImageComponent.Arguments> {
  /** Actions that change no images. */
  private static final Set<String> ASKING = Set.of("push", "list", "inspect");

  private static final List<String> ACTIONS = List.of("pull", "push", "tag", "list", "inspect");

  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Does one thing with container images, through podman's API socket.",
              "CONTAINER_IMAGE: --pull registry.example/app:2 registry.example/proxy:7",
              "CONTAINER_IMAGE: --tag registry.example/app:2 registry.example/app:stable")
          .flag("--pull", "Fetch them from their registries.", action("pull"))
          .flag("--push", "Send them to their registries.", action("push"))
          .flag("--tag", "Give the first image the second name.", action("tag"))
          .flag("--list", "List all images, as JSON.", action("list"))
          .flag("--inspect", "Show them, as JSON.", action("inspect"))
          .flag(
              "--no-tlsverify",
              "Accept any certificate of a registry.",
              (arguments, on) -> arguments.tlsverify = !on)
          .option(
              "--socket-path",
              "PATH",
              "podman's socket; " + Podman.SOCKET + " by default.",
              (arguments, text) -> arguments.socketPath = Destinations.checked(text))
          .optionalWords(
              "IMAGE...",
              "Their names.",
              (arguments, word) -> arguments.images.add(Values.text(word)));

  /** The arguments as they travel in the job, and the options that they are made of. */
  public static final class Arguments {
    public List<String> images = new ArrayList<>();

    public String socketPath = Podman.SOCKET;

    public boolean tlsverify = true;

    public String action;

    @JsonIgnore public Set<String> actions = new LinkedHashSet<>();
  }

  public ContainerImageComponent() {
    super("CONTAINER_IMAGE", Arguments::new, SYNTAX);
  }

  private static BiConsumer<Arguments, Boolean> action(String name) {
    return (arguments, on) -> {
      if (on) {
        arguments.actions.add(name);
      }
    };
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    errors.check("action", () -> Values.oneOf(ACTIONS, arguments.action));
    if (arguments.action != null) {
      lack(arguments).ifPresent(message -> errors.add("images", message));
    }
    Destinations.validate("socket_path", arguments.socketPath, errors);
  }

  /** The error for a wrong number of images, if it is wrong. */
  private static Optional<String> lack(Arguments arguments) {
    int images = arguments.images.size();
    return switch (arguments.action) {
      case "list" -> images == 0 ? Optional.empty() : Optional.of("list takes no image");
      case "tag" ->
          images == 2
              ? Optional.empty()
              : Optional.of("tag needs two images, the one that is there and its new name");
      default -> images > 0 ? Optional.empty() : Optional.of(arguments.action + " needs an image");
    };
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) throws PlanException {
    if (arguments.actions.size() != 1) {
      throw new PlanException(
          "CONTAINER_IMAGE needs exactly one of --pull, --push, --tag, --list and --inspect");
    }
    arguments.action = arguments.actions.iterator().next();
    Optional<String> lack = lack(arguments);
    if (lack.isPresent()) {
      throw new PlanException("CONTAINER_IMAGE: --" + lack.get());
    }
    return Json.tree(arguments);
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node)
      throws JobException, InterruptedException {
    String action = Given.key("action", arguments.action);
    List<String> images = Rendered.words(Given.key("images", arguments.images), node);
    String names = String.join(", ", images);
    if (ASKING.contains(action)) {
      return Preview.unchanged(
          "nothing on the node: would " + action + (names.isEmpty() ? "" : " " + names));
    }
    return new ImagePreview(
            new Podman(Destinations.render(Given.key("socket_path", arguments.socketPath), node)))
        .of(action, images);
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    String action = Given.key("action", arguments.action);
    List<String> images = Rendered.words(Given.key("images", arguments.images), node);
    ImageActions actions =
        new ImageActions(
            new Podman(Destinations.render(Given.key("socket_path", arguments.socketPath), node)),
            node);
    if (ASKING.contains(action)) {
      node.changed(false);
    }
    return switch (action) {
      case "pull" -> actions.pull(images, arguments.tlsverify);
      case "push" -> actions.push(images, arguments.tlsverify);
      case "tag" -> actions.tag(images);
      case "list" -> actions.list();
      case "inspect" -> actions.inspect(images);
      default -> throw new JobException(Outcome.Reason.REFUSED, "CONTAINER_IMAGE cannot " + action);
    };
  }
}
