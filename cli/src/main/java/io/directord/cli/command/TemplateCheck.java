package io.directord.cli.command;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.orchestration.Plan;
import io.directord.common.orchestration.Plan.PlannedJob;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ValidationError;
import io.directord.jinja.Environment;
import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.TemplateLimits;
import io.directord.verbs.external.Facts;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Parses the templates of jobs without rendering them, so that syntax errors are found before a
 * node finds them. The names in them are known on the nodes only.
 */
final class TemplateCheck {
  /** Keys whose texts are not templates. */
  private static final Set<String> AS_WRITTEN =
      Set.of(SourceFile.KEY, Facts.KEY, "job_sha", "queue_sentinel");

  /** Larger blueprints are not checked. */
  private static final long MAX_BLUEPRINT = TemplateLimits.DEFAULT.text();

  private final Environment environment = new Environment(TemplateLimits.DEFAULT);
  private final Map<String, Path> contents;
  private final List<ValidationError> errors = new ArrayList<>();

  private TemplateCheck(Map<String, Path> contents) {
    this.contents = contents;
  }

  /** The errors in the templates of these jobs, each at the place of its job. */
  static List<ValidationError> of(Plan plan) {
    TemplateCheck check = new TemplateCheck(plan.contents());
    plan.planned().forEach(check::look);
    return check.errors;
  }

  private void look(PlannedJob planned) {
    Job job = planned.job();
    for (Map.Entry<String, JsonNode> argument : job.arguments().properties()) {
      if (!AS_WRITTEN.contains(argument.getKey())) {
        texts(planned, argument.getValue());
      }
    }
    boolean blueprint = job.arguments().path("blueprint").asBoolean(false);
    for (SourceFile file : SourceFile.in(job)) {
      if (file.to() != null) {
        template(planned, file.to(), "");
      }
      if (blueprint) {
        blueprint(planned, contents.get(file.sha256()));
      }
    }
  }

  private void texts(PlannedJob planned, JsonNode value) {
    if (value.isString()) {
      template(planned, value.stringValue(), "");
    } else if (value.isContainer()) {
      value.values().forEach(element -> texts(planned, element));
      value.propertyNames().forEach(name -> template(planned, name, ""));
    }
  }

  private void blueprint(PlannedJob planned, Path file) {
    try {
      if (file != null && Files.size(file) <= MAX_BLUEPRINT) {
        template(planned, Files.readString(file, StandardCharsets.UTF_8), file + ": ");
      }
    } catch (CharacterCodingException e) {
      note(planned, file + ": a blueprint must be UTF-8 text, and this file is not");
    } catch (IOException e) {
      note(planned, file + ": this file cannot be read: " + IoErrors.say(e));
    }
  }

  private void template(PlannedJob planned, String text, String where) {
    if (!Environment.isTemplate(text)) {
      return;
    }
    try {
      environment.parse(text);
    } catch (TemplateException e) {
      String line = e.line() > 0 ? " (line " + e.line() + " of the template)" : "";
      note(planned, where + "the template cannot be read: " + e.getMessage() + line);
    }
  }

  private void note(PlannedJob planned, String message) {
    errors.add(planned.place().error(planned.job().verb() + ": " + message));
  }
}
