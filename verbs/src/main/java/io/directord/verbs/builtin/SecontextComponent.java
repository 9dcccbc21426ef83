package io.directord.verbs.builtin;

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
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** SECONTEXT: the SELinux context of files, with semanage. */
public final class SecontextComponent extends BuiltIn<SecontextComponent.Arguments> {
  private static final List<String> FILE_TYPES = List.of("a", "b", "c", "d", "f", "l", "p", "s");

  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Adds or changes the SELinux file context of a target, with semanage. Does nothing"
                  + " where SELinux is not enabled; files that exist keep their context until"
                  + " restorecon.",
              "SECONTEXT: --setype httpd_sys_content_t \"/srv/www(/.*)?\"")
          .option(
              "--setype",
              "TYPE",
              "The SELinux type; needed.",
              (arguments, text) -> arguments.setype = Values.text(text))
          .option(
              "--ftype",
              "TYPE",
              "Files concerned: a all (by default), f regular, d directories, l links, c and b devices,"
                  + " p pipes, s sockets.",
              (arguments, text) -> arguments.ftype = fileType(text))
          .option(
              "--selevel",
              "LEVEL",
              "The SELinux level; what is there stays by default.",
              (arguments, text) -> arguments.selevel = Values.text(text))
          .option(
              "--seuser",
              "USER",
              "The SELinux user; what is there stays by default.",
              (arguments, text) -> arguments.seuser = Values.text(text))
          .truth("--reload", "Reload the policy at once.", (arguments, on) -> arguments.reload = on)
          .word(
              "TARGET",
              "A path or a regular expression.",
              (arguments, word) -> arguments.target = word);

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public String ftype;

    public String setype;

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public String seuser;

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public String selevel;

    public String target;

    public boolean reload;
  }

  public SecontextComponent() {
    super("SECONTEXT", Arguments::new, SYNTAX);
  }

  private static String fileType(String text) throws PlanException {
    Values.oneOf(FILE_TYPES, text);
    return text;
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) throws PlanException {
    if (arguments.setype == null) {
      throw new PlanException("SECONTEXT needs --setype TYPE");
    }
    return Json.tree(arguments);
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    errors.given("target", arguments.target, "a path or a regular expression is needed");
    errors.given("setype", arguments.setype, "the SELinux type is needed");
    if (arguments.ftype != null) {
      errors.check("ftype", () -> Values.oneOf(FILE_TYPES, arguments.ftype));
    }
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node)
      throws JobException, InterruptedException {
    String target = node.render(Given.key("target", arguments.target));
    if (!node.ask("selinuxenabled").ok()) {
      return Preview.unchanged("SELinux is not enabled");
    }
    String type = node.render(Given.key("setype", arguments.setype));
    return Preview.unknown("would set the file context " + type + " of " + target);
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    String target = node.render(Given.key("target", arguments.target));
    String context =
        (arguments.reload ? "" : " --noreload")
            + option(" --type ", Given.key("setype", arguments.setype), node)
            + option(" --ftype ", arguments.ftype, node)
            + option(" --seuser ", arguments.seuser, node)
            + option(" --range ", arguments.selevel, node)
            + " "
            + ShellWords.quoted(target);
    // Without this command there is no SELinux.
    if (node.shell("selinuxenabled 2>/dev/null") != 0) {
      node.changed(false);
      node.stderr("SELinux is not enabled.");
      return new Outcome.Succeeded("SELinux is not enabled.");
    }
    // A context that cannot be modified does not exist yet; the error is ignored.
    String modify = "semanage fcontext --modify" + context;
    Outcome modified = Attempts.run(node, 1, List.of(modify + " 2>/dev/null"));
    Outcome outcome =
        modified.isSuccess()
            ? new Outcome.Succeeded(modify)
            : Attempts.run(node, 1, List.of("semanage fcontext --add" + context));
    if (outcome.isSuccess()) {
      node.stdout(target);
    }
    return outcome;
  }

  private static String option(String name, String value, NodeContext node) throws JobException {
    return value == null ? "" : name + ShellWords.quoted(node.render(value));
  }
}
