package io.directord.server.verb;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.Component;
import io.directord.common.component.DefinitionException;
import io.directord.common.component.JobCheck;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.tree.SourceTree;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.InvalidException;
import io.directord.common.validation.Place;
import io.directord.common.validation.Quoted;
import io.directord.common.validation.ValidationError;
import io.directord.server.content.ContentStore;
import io.directord.verbs.Components;
import io.directord.verbs.external.Definitions;
import io.directord.verbs.external.Facts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Completes the jobs of one request. Belongs to one thread; blocks on the disk. */
public final class Completion {
  private static final int ATTEMPTS = 3;

  private final Components components;
  private final ContentStore contents;

  Completion(Components components, ContentStore contents) {
    this.components = components;
    this.contents = contents;
  }

  /**
   * The validated job, with the definition of its verb added if it needs one. Its fingerprint is
   * then recomputed, so that it changes with the definition.
   *
   * @param flat a job in its flat JSON form, see {@link JobJson}; it is not changed
   * @throws InvalidException with all errors, for the caller: an unknown verb, an invalid
   *     definition, or invalid keys
   * @throws IOException if the definition cannot be stored
   */
  public Job read(ObjectNode flat) throws IOException {
    Job job = job(flat);
    if (Facts.of(job.arguments()) != null) {
      requireFreeName(job.verb());
      return job;
    }
    for (int i = 0; i < ATTEMPTS; i++) {
      ObjectNode completed =
          arguments(i == 0 ? components : components.afresh(), job.verb(), job.arguments());
      if (completed == job.arguments()) {
        return job;
      }
      Job whole = JobJson.read(withArguments(job, completed));
      if (hasContents(whole)) {
        return whole;
      }
    }
    throw new InvalidException(
        List.of(
            new Place.Key("verb")
                .error(
                    "the definition of "
                        + job.verb()
                        + " cannot be read, or changes all the time")));
  }

  /** A definition that a job brings must not pass for a verb that comes with directord. */
  private static void requireFreeName(String verb) {
    if (Components.isBuiltIn(verb) || !Definitions.isVerb(verb)) {
      throw new InvalidException(
          List.of(
              new Place.Key("verb")
                  .error(
                      "no definition can be brought for "
                          + Quoted.begin(verb)
                          + (Components.isBuiltIn(verb)
                              ? ": it comes with directord"
                              : ": a verb is named by up to 64 upper-case letters, digits and '_',"
                                  + " with a letter first"))));
    }
  }

  /** The job as it was written; what is wrong with all of its keys is said together. */
  private Job job(ObjectNode flat) {
    List<ValidationError> errors;
    try {
      Job job = JobJson.read(flat);
      ArgumentErrors found = new ArgumentErrors();
      JobCheck.common(job, found);
      found.check(SourceFile.KEY, () -> SourceFile.in(job));
      found.check(SourceTree.KEY, () -> SourceTree.in(job));
      found.check(Facts.KEY, () -> Facts.of(job.arguments()));
      if (found.isEmpty()) {
        return job;
      }
      errors = found.all();
    } catch (InvalidException e) {
      errors = e.errors();
    }
    throw new InvalidException(
        Stream.concat(errors.stream(), ofTheVerb(flat).stream()).distinct().toList());
  }

  /** What is wrong with the keys that the job's verb has, as far as the server knows the verb. */
  private List<ValidationError> ofTheVerb(ObjectNode flat) {
    String verb = JobJson.verb(flat).toUpperCase(Locale.ROOT);
    if (verb.isBlank() || flat.has(Facts.KEY)) {
      return List.of();
    }
    try {
      arguments(components, verb, flat.deepCopy().remove(JobJson.commonKeys()));
      return List.of();
    } catch (InvalidException e) {
      return e.errors();
    }
  }

  private static ObjectNode arguments(Components components, String verb, ObjectNode written) {
    Component<?> component;
    try {
      component = component(components, verb);
    } catch (PlanException e) {
      ErrorCode code = e.errors().get(0).code();
      throw new InvalidException(
          List.of(new Place.Key("verb").error(e.getMessage()).withCode(code)));
    }
    try {
      return component.complete(written);
    } catch (PlanException e) {
      throw new InvalidException(e.errors());
    }
  }

  private static Component<?> component(Components components, String verb) throws PlanException {
    try {
      return components.find(verb);
    } catch (DefinitionException e) {
      throw e;
    } catch (PlanException e) {
      String hint = ". One from a jar needs the jar beside the server, when that starts";
      throw new PlanException(
          List.of(new ValidationError(e.getMessage() + hint).withCode(ErrorCode.UNKNOWN_VERB)));
    }
  }

  private static ObjectNode withArguments(Job job, ObjectNode arguments) {
    ObjectNode flat = JobJson.write(job);
    flat.remove(job.arguments().propertyNames());
    flat.remove("job_sha3_224");
    return flat.setAll(arguments);
  }

  /** Stores the files of the definition, unless they have changed since they were read. */
  private boolean hasContents(Job job) throws IOException {
    for (SourceFile file : SourceFile.in(job)) {
      if (!contents.adopt(file.sha256(), Path.of(file.path()))) {
        return false;
      }
    }
    return true;
  }
}
