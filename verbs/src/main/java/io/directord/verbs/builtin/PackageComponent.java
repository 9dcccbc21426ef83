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
import io.directord.common.component.ReadableNode;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** DNF, APT and PACKAGE: packages of the system, with one of its package managers. */
public final class PackageComponent extends BuiltIn<PackageComponent.Arguments> {
  /** Obstacles such as a mirror that is down or another package manager do not vanish at once. */
  private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

  private static final List<String> STATES = List.of("present", "latest", "absent");

  private final PackageManager manager;

  /** The wanted state. */
  enum State {
    PRESENT,
    LATEST,
    ABSENT
  }

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    public String state = "present";

    public int retry = 3;

    public boolean clear;

    public List<String> packages = new ArrayList<>();

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public String exclude;

    @JsonIgnore boolean latest;

    @JsonIgnore boolean absent;
  }

  private PackageComponent(String verb, PackageManager manager, String description) {
    super(verb, Arguments::new, syntax(verb, description));
    this.manager = manager;
  }

  /** PACKAGE uses whichever manager the node has. */
  @Override
  public Set<String> deniedWith() {
    return manager == null ? Set.of("APT", "DNF") : Set.of("PACKAGE");
  }

  /** Packages with dnf. */
  public static PackageComponent dnf() {
    return new PackageComponent("DNF", PackageManager.DNF, "Installs packages with dnf.");
  }

  /** Packages with apt-get. */
  public static PackageComponent apt() {
    return new PackageComponent("APT", PackageManager.APT, "Installs packages with apt-get.");
  }

  /** Packages with the node's own package manager. */
  public static PackageComponent any() {
    return new PackageComponent(
        "PACKAGE", null, "Installs packages with the node's own package manager, apt-get or dnf.");
  }

  private static Syntax<Arguments> syntax(String verb, String description) {
    return new Syntax<Arguments>(
            description + " An installed package is not changed, unless an option says otherwise.",
            verb + ": --clear-metadata nginx curl",
            verb + ": --latest openssl",
            verb + ": --absent telnetd")
        .flag(
            "--clear-metadata",
            "Refresh the package lists first.",
            (arguments, on) -> arguments.clear = on)
        .flag("--latest", "Upgrade them.", (arguments, on) -> arguments.latest = on)
        .flag("--absent", "Remove them.", (arguments, on) -> arguments.absent = on)
        .option(
            "--exclude",
            "NAME,NAME...",
            "Neither install nor upgrade these as dependencies.",
            (arguments, text) -> arguments.exclude = Values.text(text))
        .option(
            "--retry",
            "N",
            "Try up to N times; 3 by default.",
            (arguments, text) -> arguments.retry = Values.integer(text, 1))
        .words(
            "PACKAGE...",
            "Their names.",
            (arguments, word) -> arguments.packages.add(ShellWords.name(word)));
  }

  /**
   * These never run at the same time: package managers have locks of their own, and fail when they
   * are taken.
   */
  @Override
  public String lock() {
    return "package";
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) throws PlanException {
    if (arguments.latest && arguments.absent) {
      throw new PlanException(verb() + ": of --latest and --absent only one may be given");
    }
    State state = arguments.absent ? State.ABSENT : arguments.latest ? State.LATEST : State.PRESENT;
    arguments.state = state.name().toLowerCase(Locale.ROOT);
    return Json.tree(arguments);
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    errors.check("state", () -> Values.oneOf(STATES, arguments.state));
    errors.check("retry", () -> Values.atLeast(1, arguments.retry));
    ShellWords.validate("packages", arguments.packages, errors);
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node)
      throws JobException, InterruptedException {
    State state = state(Given.key("state", arguments.state));
    String packages = ShellWords.names("packages", arguments.packages, node);
    PackageManager with = manager != null ? manager : PackageManager.of(node);
    Preview preview = with.preview(state, packages, node);
    return arguments.clear
        ? Preview.all(
            List.of(preview, Preview.unknown("the package lists would be refreshed first")))
        : preview;
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    State state = state(Given.key("state", arguments.state));
    String packages = ShellWords.names("packages", arguments.packages, node);
    String exclude = arguments.exclude == null ? "" : node.render(arguments.exclude).strip();
    PackageManager with = manager != null ? manager : PackageManager.of(node);
    List<String> commands = new ArrayList<>();
    if (arguments.clear) {
      commands.addAll(with.clear());
    }
    commands.add(with.change(state, exclude, packages));
    ReadableNode.Answer before = node.ask(with.installed());
    Outcome outcome = Attempts.run(node, arguments.retry, RETRY_PAUSE, commands);
    if (before.ok()) {
      ReadableNode.Answer after = node.ask(with.installed());
      node.changed(!after.ok() || !before.stdout().equals(after.stdout()));
    }
    return outcome;
  }

  private static State state(String text) throws JobException {
    try {
      return State.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new JobException("state: present, latest or absent is expected, not " + text, e);
    }
  }
}
