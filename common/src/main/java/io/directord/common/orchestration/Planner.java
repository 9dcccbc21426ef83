package io.directord.common.orchestration;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.ArgumentReader;
import io.directord.common.component.ArgumentReader.Reading;
import io.directord.common.component.CommonOptions;
import io.directord.common.component.Component;
import io.directord.common.component.DefinitionException;
import io.directord.common.component.JobCheck;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.component.UnusableNames;
import io.directord.common.component.VerbHelp;
import io.directord.common.component.Verbs;
import io.directord.common.job.Fingerprint;
import io.directord.common.job.Job;
import io.directord.common.job.JobDefinition;
import io.directord.common.job.JobJson;
import io.directord.common.job.JobLinks;
import io.directord.common.job.JobOptions;
import io.directord.common.job.Parent;
import io.directord.common.job.ParentOptions;
import io.directord.common.json.Json;
import io.directord.common.orchestration.Orchestration.Entry;
import io.directord.common.orchestration.Orchestration.JobEntry;
import io.directord.common.orchestration.Orchestration.Targets;
import io.directord.common.orchestration.Plan.PlannedJob;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.tree.SourceTree;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Plans the jobs of an orchestration: every verb reads and completes its arguments. */
public final class Planner {
  private static final String WHEN_CHANGED = "when_changed";
  private static final String WHEN_CHANGED_KEY = "when-changed";

  private final Verbs verbs;
  private final Path workingDirectory;
  private final FingerprintStore fingerprints;

  /** Where planning halves find files, whatever the entry; null for this machine. */
  private final PlanContext given;

  /**
   * @param verbs that jobs may have
   * @param workingDirectory where relative sources are looked up first, before the directory of the
   *     orchestration file
   */
  public Planner(Verbs verbs, Path workingDirectory) {
    this(verbs, workingDirectory, FingerprintStore.NONE);
  }

  /**
   * Likewise, and does not read files of directories again that it has read before.
   *
   * @param fingerprints where those of files are kept
   */
  public Planner(Verbs verbs, Path workingDirectory, FingerprintStore fingerprints) {
    this(verbs, workingDirectory, fingerprints, null);
  }

  private Planner(
      Verbs verbs, Path workingDirectory, FingerprintStore fingerprints, PlanContext given) {
    this.given = given;
    this.verbs = verbs;
    this.workingDirectory = workingDirectory.toAbsolutePath();
    this.fingerprints = fingerprints;
  }

  /** One that plans for somebody elsewhere: it reads no file, and no secret. */
  public static Planner withoutFiles(Verbs verbs) {
    return with(verbs, NoFiles.INSTANCE);
  }

  /** One that reads no file itself, and knows those that it is given. */
  static Planner with(Verbs verbs, PlanContext given) {
    return new Planner(verbs, Path.of(""), FingerprintStore.NONE, given);
  }

  /** The help text of the first job that asks for it with {@code --exec-help}. */
  public Optional<String> help(Orchestration orchestration) {
    for (Entry entry : orchestration.entries()) {
      for (JobEntry job : entry.jobs()) {
        try {
          Component<?> component = verbs.find(job.verb());
          if (ArgumentReader.read(component, job.text(), job.vars()).common().execHelp) {
            return Optional.of(VerbHelp.of(component));
          }
        } catch (PlanException e) {
          continue; // plan() reports it, with all other errors
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Every call makes new jobs, with new ids.
   *
   * @throws InvalidOrchestrationException with all errors, those of reading included
   */
  public Plan plan(Orchestration orchestration, PlanOptions options)
      throws InvalidOrchestrationException {
    Attempt attempt = attempt(orchestration, options);
    if (!attempt.errors().isEmpty()) {
      throw new InvalidOrchestrationException(attempt.errors());
    }
    return attempt.plan();
  }

  /**
   * Plans like {@link #plan}, for callers that have more to check before errors are reported.
   *
   * @return the valid jobs, and all errors of the others
   */
  public Attempt attempt(Orchestration orchestration, PlanOptions options) {
    Planning planning = new Planning(options, orchestration.errors());
    orchestration.entries().forEach(planning::entry);
    return planning.finish();
  }

  /**
   * @param plan must not be submitted if there are errors
   * @param errors in the order of the files and their lines
   * @param askable the plan's jobs, and for each invalid job a placeholder with the same targets,
   *     so that the server can check all targets. Must not be submitted
   */
  public record Attempt(Plan plan, List<ValidationError> errors, List<PlannedJob> askable) {}

  /** One call of {@link #plan}. */
  private final class Planning {
    private final PlanOptions options;
    private final List<ValidationError> errors;
    private final List<ValidationError> notes = new ArrayList<>();
    private final Sources sources = new Sources(fingerprints);
    private final Set<String> broken = new HashSet<>();
    private final List<PlannedJob> planned = new ArrayList<>();
    private final List<PlannedJob> askable = new ArrayList<>();
    private final Set<String> restrictUnseen;

    Planning(PlanOptions options, List<ValidationError> errors) {
      this.options = options;
      this.errors = new ArrayList<>(errors);
      this.restrictUnseen = new HashSet<>(options.restrict());
    }

    void entry(Entry entry) {
      UUID id = UUID.randomUUID();
      boolean async = entry.async() || options.forceAsync();
      ParentOptions parentOptions = options.parents().over(entry.options());
      if (parentOptions.rolling() != null) {
        parentOptions.rolling().error().ifPresent(text -> errors.add(entry.place().error(text)));
      }
      Parent parent = new Parent(id, entry.fingerprint(), entry.name(), async, parentOptions);
      for (JobEntry job : entry.jobs()) {
        PlanContext context =
            given != null
                ? given
                : sources.in(
                    directoriesFor(entry),
                    note -> notes.add(job.place().error(job.verb() + ": " + note)));
        try {
          add(job(verbs.find(job.verb()), job, entry, parent, context), job, entry);
        } catch (DefinitionException e) {
          broken(job.verb(), e);
          addStandIn(job, entry);
        } catch (PlanException e) {
          for (ValidationError error : e.errors()) {
            errors.add(error.at(job.place(error.place())));
          }
          addStandIn(job, entry);
        }
      }
    }

    private void addStandIn(JobEntry job, Entry entry) {
      ObjectNode nothing = Json.object().put("verb", "RUN").put("command", ":");
      Targets targets = targets(job, entry);
      if (!targets.isEmpty()) {
        nothing.set("targets", Json.tree(targets.written()));
      }
      Duration deadline = options.parents().over(entry.options()).deadline();
      if (deadline != null) {
        nothing.set("parent_deadline", Json.tree(deadline));
      }
      askable.add(new PlannedJob(JobJson.read(nothing), job.text(), job.place(), targets.places()));
    }

    /** Reports an invalid definition once, however many jobs use it. */
    private void broken(String verb, DefinitionException e) {
      if (broken.add(verb.toUpperCase(Locale.ROOT))) {
        errors.addAll(e.errors());
      }
    }

    private List<Path> directoriesFor(Entry entry) {
      Set<Path> directories = new LinkedHashSet<>(List.of(workingDirectory));
      if (entry.place() instanceof Place.InFile place) {
        directories.add(place.file().toAbsolutePath().getParent());
      }
      return List.copyOf(directories);
    }

    private <A> Job job(
        Component<A> component, JobEntry job, Entry entry, Parent parent, PlanContext context)
        throws PlanException {
      Reading<A> reading = ArgumentReader.read(component, job.text(), job.vars());
      CommonOptions common = reading.common();
      if (common.execHelp) {
        throw new PlanException(
            component.verb() + ": --exec-help runs nothing; take it away to run the job");
      }
      JobDefinition definition =
          new JobDefinition(
              component.verb(),
              component.plan(reading.arguments(), context),
              common.timeout,
              common.runOnce,
              common.stdoutArg,
              common.stderrArg);
      // The job of an exec is its own parent.
      UUID id = entry.fingerprint() == null ? parent.id() : UUID.randomUUID();
      Job planned =
          new Job(
              id,
              Fingerprint.of(definition),
              parent,
              job.name(),
              definition,
              new JobOptions(
                  common.skipCache || options.ignoreCache(),
                  common.forceLock,
                  options.stream(),
                  options.dryRun(),
                  new JobLinks(common.whenChanged, List.of())),
              targets(job, entry).written());
      ArgumentErrors errors = new ArgumentErrors();
      JobCheck.planned(component, reading.arguments(), planned, errors);
      errors.finish(component.verb(), component.syntax());
      requireEarlier(planned.links().whenChanged(), job, entry);
      for (String note : UnusableNames.notes(planned)) {
        notes.add(job.place().error(component.verb() + ": " + note));
      }
      return planned;
    }

    /** What is named must be one job, before this one. */
    private void requireEarlier(List<String> names, JobEntry job, Entry entry)
        throws PlanException {
      if (names.isEmpty()) {
        return;
      }
      ArgumentErrors wrong = new ArgumentErrors();
      List<String> before =
          entry.jobs().stream()
              .takeWhile(other -> other != job)
              .map(JobEntry::name)
              .filter(Objects::nonNull)
              .toList();
      for (String name : names) {
        int found = Collections.frequency(before, name);
        if (found != 1) {
          wrong.add(WHEN_CHANGED, WHEN_CHANGED_KEY + ": " + why(name, found, before, entry));
        }
      }
      wrong.finish();
    }

    private String why(String name, int found, List<String> before, Entry entry) {
      if (found > 1) {
        return found + " jobs before it in this entry are named " + name;
      }
      boolean later = entry.jobs().stream().anyMatch(other -> name.equals(other.name()));
      return later
          ? name + " is not before it: a job can follow only what has run by then"
          : "no job before it in this entry is named " + name + Nearest.hint(name, before);
    }

    private Targets targets(JobEntry job, Entry entry) {
      if (!options.targets().isEmpty()) {
        return new Targets(options.targets(), List.of());
      }
      return job.assign().isEmpty() ? entry.targets() : job.assign();
    }

    private void add(Job job, JobEntry entry, Entry parent) {
      restrictUnseen.remove(job.fingerprint());
      if (options.restrict().isEmpty() || options.restrict().contains(job.fingerprint())) {
        PlannedJob whole =
            new PlannedJob(job, entry.text(), entry.place(), targets(entry, parent).places());
        planned.add(whole);
        askable.add(whole);
      }
    }

    Attempt finish() {
      if (errors.isEmpty()) {
        for (String fingerprint : new TreeSet<>(restrictUnseen)) {
          errors.add(Place.NONE.error("no job here has the fingerprint " + fingerprint));
        }
      }
      Map<String, Path> contents = new HashMap<>();
      Set<String> trees = new HashSet<>();
      for (PlannedJob job : planned) {
        SourceTree tree = SourceTree.in(job.job());
        if (tree != null) {
          trees.add(tree.sha256());
          continue;
        }
        SourceFile.in(job.job())
            .forEach(file -> contents.putIfAbsent(file.sha256(), Path.of(file.path())));
      }
      Map<String, byte[]> secrets = new HashMap<>(sources.secrets().contents());
      secrets.keySet().retainAll(contents.keySet());
      contents.keySet().removeAll(secrets.keySet());
      return new Attempt(
          new Plan(
              planned,
              contents,
              sources.trees().stream().filter(tree -> trees.remove(tree.sha256())).toList(),
              secrets,
              ValidationError.sorted(notes)),
          ValidationError.sorted(errors),
          List.copyOf(askable));
    }
  }
}
